// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title Why `attestation` refuses.
interface IAttestationErrors {
    /// @notice The network has no tiers.
    /// @param code 1601.
    error Off(uint16 code);

    /// @notice Only participants have tiers.
    /// @param code 1602.
    /// @param account The account.
    error NotAParticipant(uint16 code, address account);

    /// @notice There is no such tier to ask for.
    /// @param code 1603.
    /// @param tier The tier asked for.
    /// @param highest The highest there is.
    error TierOutOfRange(uint16 code, uint256 tier, uint256 highest);

    /// @notice The evidence was found false.
    /// @param code 1604.
    /// @param evidence The evidence.
    error EvidenceRefuted(uint16 code, bytes32 evidence);

    /// @notice The sender is no attestor.
    /// @param code 1605.
    error NotAttestor(uint16 code);

    /// @notice The attestor is tied to the provider.
    /// @param code 1606.
    /// @param account The provider.
    error Related(uint16 code, address account);

    /// @notice No such request is open.
    /// @param code 1607.
    /// @param account The provider.
    error NoSuchRequest(uint16 code, address account);

    /// @notice Once per attestor.
    /// @param code 1608.
    error AlreadySaid(uint16 code);

    /// @notice No quorum ever approved it.
    /// @param code 1609.
    /// @param evidence The evidence.
    error UnknownEvidence(uint16 code, bytes32 evidence);

    /// @notice There is no such probe.
    /// @param code 1610.
    /// @param probe The probe.
    /// @param probes Probes in an epoch.
    error ProbeOutOfRange(uint16 code, uint256 probe, uint256 probes);

    /// @notice A batch is too long.
    /// @param code 1611.
    /// @param count Addresses in the batch.
    /// @param limit Most in a batch.
    error TooManyAnswers(uint16 code, uint256 count, uint256 limit);

    /// @notice Addresses must ascend, over all batches of a probe.
    /// @param code 1612.
    /// @param account The address that is not above the one before.
    error NotAscending(uint16 code, address account);

    /// @notice A report of a probe of another epoch.
    /// @param code 1613.
    /// @param epoch Its epoch.
    /// @param open The open one.
    error NotOpenEpoch(uint16 code, uint256 epoch, uint256 open);
}

/// @title Why `collateral` refuses.
interface ICollateralErrors {
    /// @notice The amount is zero.
    /// @param code 601.
    error ZeroAmount(uint16 code);

    /// @notice Only participants hold collateral.
    /// @param code 602.
    /// @param account The account.
    error NotAParticipant(uint16 code, address account);

    /// @notice The participant's validator is unbonding or jailed.
    /// @param code 603.
    error ValidatorInactive(uint16 code);

    /// @notice Less is active than asked for.
    /// @param code 604.
    /// @param asked Base units asked for.
    /// @param active Base units active.
    error InsufficientCollateral(uint16 code, uint256 asked, uint256 active);

    /// @notice Too many withdrawals at a time.
    /// @param code 605.
    /// @param limit Most at a time.
    error TooManyWithdrawals(uint16 code, uint256 limit);
}

/// @title Why `contributions` refuses.
interface IContributionsErrors {
    /// @notice The network has no contributions.
    /// @param code 1401.
    error NotInForce(uint16 code);

    /// @notice No stream of that name pays a rate.
    /// @param code 1402.
    /// @param stream The name.
    error NoSuchStream(uint16 code, string stream);

    /// @notice The epoch is not open for submissions.
    /// @param code 1403.
    /// @param epoch The epoch named.
    /// @param from The first epoch that may still be named.
    /// @param open The open epoch.
    error WrongEpoch(uint16 code, uint256 epoch, uint256 from, uint256 open);

    /// @notice A number is out of range.
    /// @param code 1404.
    /// @param rule The range.
    error OutOfRange(uint16 code, string rule);

    /// @notice The same id was used for something else.
    /// @param code 1405.
    /// @param contribution The contribution.
    error IdUsed(uint16 code, string contribution);

    /// @notice Too many submissions.
    /// @param code 1406.
    /// @param most Most in an interval.
    /// @param againMs When the node may submit again, milliseconds since 1970.
    error TooMany(uint16 code, uint256 most, uint256 againMs);

    /// @notice The dataset became final before.
    /// @param code 1407.
    /// @param contribution As which contribution.
    error DuplicateDataset(uint16 code, string contribution);

    /// @notice The model has no recorded loss to improve on.
    /// @param code 1408.
    error NoRecordedLoss(uint16 code);

    /// @notice Reputation is too low.
    /// @param code 1409.
    /// @param points Points.
    /// @param least Points needed.
    error LowReputation(uint16 code, string points, string least);

    /// @notice Collateral is too low.
    /// @param code 1410.
    /// @param stake Base units deposited.
    /// @param least Base units needed.
    error LowStake(uint16 code, uint256 stake, uint256 least);

    /// @notice The sender is not a verifier.
    /// @param code 1411.
    error NotVerifier(uint16 code);

    /// @notice The list is malformed.
    /// @param code 1412.
    /// @param rule The rule.
    error BadList(uint16 code, string rule);

    /// @notice There is no such contribution.
    /// @param code 1413.
    /// @param contribution The name.
    error Unknown(uint16 code, string contribution);

    /// @notice It is decided already.
    /// @param code 1414.
    /// @param contribution The contribution.
    error NotOpen(uint16 code, string contribution);

    /// @notice Something else was submitted than the verifier saw.
    /// @param code 1415.
    /// @param contribution The contribution.
    error WrongSubmission(uint16 code, string contribution);

    /// @notice The sender, or a verifier of its family, has given its verdict.
    /// @param code 1416.
    /// @param contribution The contribution.
    error AlreadyVerified(uint16 code, string contribution);

    /// @notice Nobody verifies or judges its own or a relative's contribution.
    /// @param code 1417.
    /// @param with With whom.
    error ConflictOfInterest(uint16 code, address with);

    /// @notice It cannot be challenged now.
    /// @param code 1418.
    /// @param contribution The contribution.
    error NotChallengeable(uint16 code, string contribution);

    /// @notice The bond is too small.
    /// @param code 1419.
    /// @param minimum Base units needed.
    error BondTooSmall(uint16 code, uint256 minimum);

    /// @notice There is no challenge.
    /// @param code 1420.
    error NotChallenged(uint16 code);

    /// @notice Judges may no longer decide.
    /// @param code 1421.
    /// @param deadline Since when.
    error DecisionOver(uint16 code, string deadline);

    /// @notice The sender is not a judge.
    /// @param code 1422.
    error NotJudge(uint16 code);

    /// @notice The sender has voted.
    /// @param code 1423.
    error AlreadyJudged(uint16 code);

    /// @notice The message names a model where none belongs, or none where one does.
    /// @param code 1424.
    /// @param rule The rule.
    error WrongModel(uint16 code, string rule);

    /// @notice The contributor used the same content under another id.
    /// @param code 1425.
    /// @param contribution Under which.
    error EvidenceUsed(uint16 code, string contribution);
}

/// @title Why `engine` refuses.
interface IEngineErrors {
    /// @notice A number left its range.
    /// @param code 1.
    /// @param what What went wrong.
    error Arithmetic(uint16 code, string what);

    /// @notice The transaction's nonce is not the account's next one.
    /// @param code 10.
    /// @param expected The nonce the account must use next.
    /// @param given The nonce given.
    error WrongNonce(uint16 code, uint256 expected, uint256 given);

    /// @notice The state contradicts itself: a defect of the engine, never of the input.
    /// @param code 11.
    /// @param what What does not fit.
    error Inconsistent(uint16 code, string what);

    /// @notice Somebody carried the same word before.
    /// @param code 12.
    /// @param by Who signed it.
    error AlreadyCarried(uint16 code, address by);
}

/// @title Why `exchange` refuses.
interface IExchangeErrors {
    /// @notice The network has no pool.
    /// @param code 1501.
    error NoExchange(uint16 code);

    /// @notice An amount is zero.
    /// @param code 1502.
    error ZeroAmount(uint16 code);

    /// @notice The message came too late.
    /// @param code 1503.
    /// @param deadline Last time it asked for, milliseconds.
    /// @param now Time of the block, milliseconds.
    error Late(uint16 code, uint256 deadline, uint256 now);

    /// @notice Nobody has put anything into the pool.
    /// @param code 1504.
    error EmptyPool(uint16 code);

    /// @notice The asset is none of the pool's.
    /// @param code 1505.
    /// @param asset The asset.
    error NotInPool(uint16 code, uint256 asset);

    /// @notice So little is added that it is worth no share.
    /// @param code 1506.
    /// @param locked Shares of the first deposit that nobody gets.
    error TooLittle(uint16 code, uint256 locked);

    /// @notice Fewer shares than asked for.
    /// @param code 1507.
    /// @param shares Shares it would bring.
    /// @param least Fewest asked for.
    error FewerShares(uint16 code, uint256 shares, uint256 least);

    /// @notice The account does not have so many shares.
    /// @param code 1508.
    /// @param asked Shares asked for.
    /// @param held Shares it has.
    error InsufficientShares(uint16 code, uint256 asked, uint256 held);

    /// @notice Less would come out than asked for.
    /// @param code 1509.
    /// @param out What would come out, base units.
    /// @param least Least asked for, base units.
    error LessOut(uint16 code, uint256 out, uint256 least);

    /// @notice The pool does not hold more than is asked for.
    /// @param code 1510.
    /// @param asked Asked for, base units.
    /// @param held Held, base units.
    error BeyondPool(uint16 code, uint256 asked, uint256 held);
}

/// @title Why `fees` refuses.
interface IFeesErrors {
    /// @notice The sender cannot pay fee and tip.
    /// @param code 401.
    /// @param fee Base units.
    /// @param spendable Base units the sender can spend.
    error CannotPayFee(uint16 code, uint256 fee, uint256 spendable);

    /// @notice The fee is more than the sender allowed.
    /// @param code 402.
    /// @param fee Base units.
    /// @param limit Base units the sender allowed.
    error AboveLimit(uint16 code, uint256 fee, uint256 limit);

    /// @notice The sender cannot lock the deposit for rows that it would add to the state.
    /// @param code 403.
    /// @param rows Rows added, less rows removed.
    /// @param deposit Base units to lock.
    /// @param spendable Base units the sender can spend.
    error CannotStore(uint16 code, uint256 rows, uint256 deposit, uint256 spendable);
}

/// @title Why `governance` refuses.
interface IGovernanceErrors {
    /// @notice The network has no governance.
    /// @param code 1801.
    error NoGovernance(uint16 code);

    /// @notice Too many proposals of the kind are open.
    /// @param code 1802.
    /// @param limit Most of a kind at a time.
    error TooManyProposals(uint16 code, uint256 limit);

    /// @notice The amount is zero.
    /// @param code 1803.
    error ZeroAmount(uint16 code);

    /// @notice The treasury does not hold so much.
    /// @param code 1804.
    /// @param asset The asset.
    /// @param asked Base units asked for.
    /// @param held Base units held.
    error AboveTreasury(uint16 code, uint256 asset, uint256 asked, uint256 held);

    /// @notice Other parameters are active, or about to be, than those that the proposal changes.
    /// @param code 1805.
    /// @param base The version it was written against.
    /// @param active The active version.
    error OtherVersion(uint16 code, uint256 base, uint256 active);

    /// @notice The upgrade's height is over or too near.
    /// @param code 1806.
    /// @param height Height asked for.
    /// @param least Least height.
    error TooSoon(uint16 code, uint256 height, uint256 least);

    /// @notice It is not the next version.
    /// @param code 1807.
    /// @param version Version asked for.
    /// @param present Version in force.
    error NotNextVersion(uint16 code, uint256 version, uint256 present);

    /// @notice There is no such proposal, or it has ended.
    /// @param code 1808.
    /// @param proposal Its number.
    error UnknownProposal(uint16 code, uint256 proposal);

    /// @notice The vote is not open yet.
    /// @param code 1809.
    error VoteNotOpen(uint16 code);

    /// @notice The vote is over.
    /// @param code 1810.
    /// @param ends Its end.
    error VoteOver(uint16 code, string ends);

    /// @notice The vote was counted.
    /// @param code 1811.
    error VoteCounted(uint16 code);

    /// @notice The account has voted.
    /// @param code 1812.
    /// @param account The voter.
    error AlreadyVoted(uint16 code, address account);

    /// @notice The account had no power when the vote opened.
    /// @param code 1813.
    /// @param account The voter.
    error NoPower(uint16 code, address account);
}

/// @title Why `jobs` refuses.
interface IJobsErrors {
    /// @notice The network has no jobs.
    /// @param code 951.
    error NoJobs(uint16 code);

    /// @notice There is no such model.
    /// @param code 952.
    error UnknownModel(uint16 code);

    /// @notice There is no such privacy tier.
    /// @param code 953.
    /// @param tiers Number of tiers.
    error UnknownTier(uint16 code, uint256 tiers);

    /// @notice A number is out of range.
    /// @param code 954.
    /// @param rule The field and its range.
    /// @param least Least.
    /// @param most Most.
    error OutOfRange(uint16 code, string rule, uint256 least, uint256 most);

    /// @notice The sender is no participant.
    /// @param code 955.
    /// @param account The sender.
    error NotAParticipant(uint16 code, address account);

    /// @notice Too little is staked to take jobs.
    /// @param code 956.
    /// @param active Base units.
    /// @param minimum Base units.
    error StakeTooSmall(uint16 code, uint256 active, uint256 minimum);

    /// @notice No tier, or a lower one, is attested.
    /// @param code 957.
    /// @param asked The tier asked for.
    /// @param attested The tier that is attested.
    error TierNotAttested(uint16 code, uint256 asked, uint256 attested);

    /// @notice The sender does not offer this.
    /// @param code 958.
    error NoOffer(uint16 code);

    /// @notice The offer's capacity of the epoch is taken.
    /// @param code 959.
    /// @param free Units still free in the open epoch.
    error CapacityTaken(uint16 code, uint256 free);

    /// @notice The deposit exceeds what the customer spends at most.
    /// @param code 960.
    /// @param deposit The deposit, base units.
    /// @param maxSpend The limit, base units.
    error AboveMaxSpend(uint16 code, uint256 deposit, uint256 maxSpend);

    /// @notice A free job would bind a provider for nothing.
    /// @param code 961.
    error FreeJob(uint16 code);

    /// @notice There is no such job, or it is over.
    /// @param code 962.
    error NoJob(uint16 code);

    /// @notice The job is at another stage.
    /// @param code 963.
    /// @param stage What the job is.
    error WrongStage(uint16 code, string stage);

    /// @notice The job is for another provider.
    /// @param code 964.
    error NotProvider(uint16 code);

    /// @notice The sender is related to the provider or the customer.
    /// @param code 965.
    /// @param with Whom the sender is related to.
    error ConflictOfInterest(uint16 code, address with);

    /// @notice The result is not bound to this provider and job.
    /// @param code 966.
    error WrongSeal(uint16 code);

    /// @notice The sender lacks the role.
    /// @param code 967.
    error NotReporter(uint16 code);

    /// @notice The sender lacks the role.
    /// @param code 968.
    error NotJudge(uint16 code);

    /// @notice The sender has measured or voted.
    /// @param code 969.
    error AlreadyDone(uint16 code);

    /// @notice The stage is over, and the job ends in one of the next blocks. Sessions have 970 to 978.
    /// @param code 979.
    /// @param deadline When it was over.
    error Late(uint16 code, string deadline);
}

/// @title Why `ledger` refuses.
interface ILedgerErrors {
    /// @notice There is no such asset.
    /// @param code 101.
    /// @param asset The asset's number.
    error UnknownAsset(uint16 code, uint256 asset);

    /// @notice The amount is zero.
    /// @param code 102.
    error ZeroAmount(uint16 code);

    /// @notice Nothing can be sent to the zero address.
    /// @param code 103.
    error NullRecipient(uint16 code);

    /// @notice The account does not have so much to spend.
    /// @param code 104.
    /// @param account The account.
    /// @param needed Base units needed.
    /// @param spendable Base units not locked.
    error InsufficientFunds(uint16 code, address account, uint256 needed, uint256 spendable);

    /// @notice The lock does not hold so much.
    /// @param code 105.
    /// @param account The account.
    /// @param kind The lock.
    /// @param needed Base units needed.
    /// @param locked Base units locked.
    error InsufficientLock(uint16 code, address account, string kind, uint256 needed, uint256 locked);

    /// @notice The pot does not hold so much.
    /// @param code 106.
    /// @param pot The pot.
    /// @param needed Base units needed.
    /// @param held Base units held.
    error InsufficientPot(uint16 code, string pot, uint256 needed, uint256 held);

    /// @notice Issuing so much would exceed the asset's cap.
    /// @param code 107.
    /// @param issued Base units issued so far.
    /// @param amount Base units to issue.
    /// @param cap The cap.
    error CapExceeded(uint16 code, uint256 issued, uint256 amount, uint256 cap);

    /// @notice No more accounts can be opened.
    /// @param code 108.
    error TooManyAccounts(uint16 code);

    /// @notice The owner does not let the sender spend so much.
    /// @param code 109.
    /// @param owner Whose money it is.
    /// @param spender Who wants to spend it.
    /// @param needed Base units needed.
    /// @param allowed Base units allowed.
    error InsufficientAllowance(uint16 code, address owner, address spender, uint256 needed, uint256 allowed);
}

/// @title Why `market` refuses.
interface IMarketErrors {
    /// @notice The amount is zero.
    /// @param code 901.
    error ZeroAmount(uint16 code);

    /// @notice There is no such model.
    /// @param code 902.
    error UnknownModel(uint16 code);

    /// @notice The customer has no deposit for the model.
    /// @param code 903.
    /// @param customer The customer.
    error NoDeposit(uint16 code, address customer);

    /// @notice The customer does not pay so much for a unit.
    /// @param code 904.
    /// @param price Price of a unit, base units.
    /// @param limit The customer's limit.
    error PriceAboveLimit(uint16 code, uint256 price, uint256 limit);

    /// @notice The deposit does not cover the charge.
    /// @param code 905.
    /// @param customer The customer.
    /// @param charge Base units charged.
    /// @param available Base units neither paid, reserved nor refunded.
    error DepositTooSmall(uint16 code, address customer, uint256 charge, uint256 available);

    /// @notice The deposit is being closed.
    /// @param code 906.
    error Closing(uint16 code);

    /// @notice The network has no escrow of single requests.
    /// @param code 907.
    error NoEscrow(uint16 code);

    /// @notice A number is out of range.
    /// @param code 908.
    /// @param rule The field and its range.
    error OutOfRange(uint16 code, string rule);

    /// @notice The provider is no participant, or has no node for the model.
    /// @param code 909.
    /// @param provider The provider.
    error NotServed(uint16 code, address provider);

    /// @notice The customer has a request of this id.
    /// @param code 910.
    error AlreadyOpened(uint16 code);

    /// @notice The customer named another provider.
    /// @param code 911.
    error NotProvider(uint16 code);

    /// @notice The answer is known.
    /// @param code 912.
    error AlreadyAnswered(uint16 code);

    /// @notice A request would cost more than there can be.
    /// @param code 913.
    /// @param amount Base units.
    /// @param cap The asset's cap.
    error AboveCap(uint16 code, uint256 amount, uint256 cap);

    /// @notice Only a paid answer whose time to be refuted is not over can be.
    /// @param code 914.
    error NotRefutable(uint16 code);

    /// @notice The sender lacks the role.
    /// @param code 915.
    error NotJudge(uint16 code);

    /// @notice The sender is related to the provider or the customer.
    /// @param code 916.
    /// @param with Whom the sender is related to.
    error ConflictOfInterest(uint16 code, address with);

    /// @notice The judge has voted.
    /// @param code 917.
    error AlreadyVoted(uint16 code);

    /// @notice A customer that was never seen.
    /// @param code 918.
    /// @param customer The customer.
    error UnknownCustomer(uint16 code, address customer);

    /// @notice The network has no sessions.
    /// @param code 970.
    error NoSessions(uint16 code);

    /// @notice The provider is no participant.
    /// @param code 971.
    /// @param provider The provider.
    error NotParticipant(uint16 code, address provider);

    /// @notice The end of a session is not one it can have.
    /// @param code 972.
    /// @param asked Asked.
    /// @param latest The latest.
    error SessionEnd(uint16 code, string asked, string latest);

    /// @notice The customer has no open session of this number.
    /// @param code 973.
    /// @param customer The customer.
    /// @param session The number.
    error NoSession(uint16 code, address customer, uint256 session);

    /// @notice The session is being closed, or its time is over.
    /// @param code 974.
    error SessionClosing(uint16 code);

    /// @notice The sender is neither its customer nor its provider, or not the one who may do this.
    /// @param code 975.
    error NotSessionParty(uint16 code);

    /// @notice The voucher is signed by somebody else.
    /// @param code 976.
    /// @param signer Who signed.
    /// @param customer The customer.
    error WrongSigner(uint16 code, address signer, address customer);

    /// @notice The voucher is for another chain.
    /// @param code 977.
    /// @param chainId Number of this chain.
    /// @param genesis Its genesis.
    error OtherChain(uint16 code, uint256 chainId, bytes32 genesis);

    /// @notice The voucher gives nothing more.
    /// @param code 978.
    /// @param cumulative Its sum, base units.
    /// @param taken Taken so far.
    /// @param deposit The deposit.
    error StaleVoucher(uint16 code, uint256 cumulative, uint256 taken, uint256 deposit);
}

/// @title Why `opinions` refuses.
interface IOpinionsErrors {
    /// @notice The network has no seats.
    /// @param code 2101.
    error Off(uint16 code);

    /// @notice The sender has a seat.
    /// @param code 2102.
    /// @param seat It.
    error AlreadySeated(uint16 code, uint256 seat);

    /// @notice A seat costs more than the sender pays.
    /// @param code 2103.
    /// @param price Base units.
    /// @param most Most the sender pays, base units.
    error TooDear(uint16 code, uint256 price, uint256 most);

    /// @notice Nobody can be replaced.
    /// @param code 2104.
    /// @param seats All seats.
    error NoneFree(uint16 code, uint256 seats);

    /// @notice The sender has no seat.
    /// @param code 2105.
    error NoSeat(uint16 code);

    /// @notice The seat had too little power at the last close.
    /// @param code 2106.
    /// @param power Base units.
    /// @param least Base units.
    error TooLittlePower(uint16 code, uint256 power, uint256 least);

    /// @notice Weights were set or committed a short while ago.
    /// @param code 2107.
    /// @param from First height at which it is allowed.
    error TooSoon(uint16 code, uint256 from);

    /// @notice The seat may weigh itself only.
    /// @param code 2108.
    error NoPermit(uint16 code);

    /// @notice A seat is weighed twice.
    /// @param code 2109.
    /// @param seat It.
    error WeighedTwice(uint16 code, uint256 seat);

    /// @notice A seat that nobody holds.
    /// @param code 2110.
    /// @param seat It.
    /// @param taken Seats taken.
    error UnknownSeat(uint16 code, uint256 seat, uint256 taken);

    /// @notice Too few seats are weighed.
    /// @param code 2111.
    /// @param count Seats weighed.
    /// @param least Fewest.
    error TooFew(uint16 code, uint256 count, uint256 least);

    /// @notice Weights are not committed here.
    /// @param code 2112.
    error SetInTheOpen(uint16 code);

    /// @notice Weights are committed and revealed here.
    /// @param code 2113.
    error CommitFirst(uint16 code);

    /// @notice Too many commitments are open.
    /// @param code 2114.
    /// @param most Most.
    error TooManyCommitments(uint16 code, uint256 most);

    /// @notice The seat has an open commitment of this hash.
    /// @param code 2115.
    error CommittedTwice(uint16 code);

    /// @notice No open commitment of the seat is to these weights with this salt.
    /// @param code 2116.
    error NotCommitted(uint16 code);

    /// @notice It is not time yet.
    /// @param code 2117.
    /// @param epoch The epoch in which it must be revealed.
    error RevealTooEarly(uint16 code, uint256 epoch);

    /// @notice Nobody's power counts for others here.
    /// @param code 2118.
    error NoChildren(uint16 code);

    /// @notice Power would count for too many.
    /// @param code 2119.
    /// @param count How many.
    /// @param most Most.
    error TooManyChildren(uint16 code, uint256 count, uint256 most);

    /// @notice One's own power counts for oneself without being asked.
    /// @param code 2120.
    error OwnChild(uint16 code);

    /// @notice An account is named twice.
    /// @param code 2121.
    /// @param account It.
    error ChildTwice(uint16 code, address account);

    /// @notice The network has never seen this account.
    /// @param code 2122.
    /// @param account It.
    error UnknownChild(uint16 code, address account);

    /// @notice Nothing would count for an account.
    /// @param code 2123.
    /// @param account It.
    error NoShare(uint16 code, address account);

    /// @notice More than all would count for others.
    /// @param code 2124.
    /// @param sum Parts of 65,535.
    error MoreThanAll(uint16 code, uint256 sum);

    /// @notice More would be kept than allowed.
    /// @param code 2125.
    /// @param take Asked for.
    /// @param most Most.
    error TakeTooHigh(uint16 code, string take, string most);
}

/// @title Why `parameters` refuses.
interface IParametersErrors {
    /// @notice Only a governor schedules changes.
    /// @param code 201.
    error NotGovernor(uint16 code);

    /// @notice The epoch is not in the future.
    /// @param code 202.
    /// @param epoch Epoch asked for.
    /// @param open The open epoch.
    error EpochNotInFuture(uint16 code, uint256 epoch, uint256 open);

    /// @notice Something that is never votable differs.
    /// @param code 203.
    /// @param field The field.
    error NotVotable(uint16 code, string field);

    /// @notice The values contradict each other or leave their range.
    /// @param code 204.
    /// @param path Where.
    /// @param message The finding.
    error Invalid(uint16 code, string path, string message);

    /// @notice Too many changes wait already.
    /// @param code 205.
    /// @param limit Most that may wait.
    error TooManyScheduled(uint16 code, uint256 limit);

    /// @notice The network decides by votes.
    /// @param code 206.
    error DecidedByVote(uint16 code);
}

/// @title Why `pricing` refuses.
interface IPricingErrors {
    /// @notice Another rule sets prices.
    /// @param code 1301.
    error NoProposals(uint16 code);

    /// @notice The proposal is zero or above what exists.
    /// @param code 1302.
    /// @param cap The market asset's cap, base units.
    error OutOfRange(uint16 code, uint256 cap);
}

/// @title Why `registry` refuses.
interface IRegistryErrors {
    /// @notice The sender is registered already.
    /// @param code 301.
    error AlreadyRegistered(uint16 code);

    /// @notice The account is not a participant.
    /// @param code 302.
    /// @param account The account.
    error NotRegistered(uint16 code, address account);

    /// @notice The validator belongs to another participant.
    /// @param code 303.
    /// @param validator The validator.
    error ValidatorTaken(uint16 code, address validator);

    /// @notice A node needs at least one model, each once.
    /// @param code 304.
    error BadModels(uint16 code);

    /// @notice There is no such model.
    /// @param code 305.
    /// @param model Its number.
    error UnknownModel(uint16 code, uint256 model);

    /// @notice The participant has no such node.
    /// @param code 306.
    /// @param node Its number.
    error UnknownNode(uint16 code, uint256 node);

    /// @notice The node does not serve the model.
    /// @param code 307.
    /// @param node The node.
    /// @param model The model.
    error ModelNotServed(uint16 code, uint256 node, uint256 model);

    /// @notice Too many nodes.
    /// @param code 308.
    /// @param limit Most a participant may have.
    error TooManyNodes(uint16 code, uint256 limit);

    /// @notice The zero address is nobody.
    /// @param code 309.
    error NullAddress(uint16 code);

    /// @notice Who attests, judges or verifies cannot be made a relative by others: it could no longer do so.
    /// @param code 310.
    /// @param account The reporter, judge or verifier.
    error HoldsRole(uint16 code, address account);

    /// @notice The participant did not name the sender as its validator.
    /// @param code 311.
    /// @param participant The participant.
    error NotNamed(uint16 code, address participant);

    /// @notice The participant names the sender neither owner nor recipient.
    /// @param code 312.
    /// @param participant The participant.
    error NotOwnerOrRecipient(uint16 code, address participant);
}

/// @title Why `rewards` refuses.
interface IRewardsErrors {
    /// @notice The inputs contradict each other.
    /// @param code 1101.
    /// @param what What does not fit.
    error BadInputs(uint16 code, string what);

    /// @notice The engine computed a split that does not add up.
    /// @param code 1102.
    /// @param stream The stream.
    error NotConserved(uint16 code, string stream);
}

/// @title Why `settlement` refuses.
interface ISettlementErrors {
    /// @notice The epoch is not closed yet.
    /// @param code 1201.
    /// @param epoch The epoch.
    /// @param open The open epoch.
    error NotSettled(uint16 code, uint256 epoch, uint256 open);

    /// @notice Its claims expired.
    /// @param code 1202.
    /// @param epoch The epoch.
    error Expired(uint16 code, uint256 epoch);

    /// @notice The account has nothing to claim in that epoch.
    /// @param code 1203.
    /// @param account The account.
    /// @param epoch The epoch.
    error NothingToClaim(uint16 code, address account, uint256 epoch);

    /// @notice It was paid or forfeited.
    /// @param code 1204.
    /// @param epoch The epoch.
    error AlreadyClaimed(uint16 code, uint256 epoch);

    /// @notice Rewards are paid at the close.
    /// @param code 1205.
    error PushMode(uint16 code);
}

/// @title Why `slashing` refuses.
interface ISlashingErrors {
    /// @notice It was already.
    /// @param code 701.
    error AlreadyPunished(uint16 code);

    /// @notice The evidence is too old, or from the future.
    /// @param code 702.
    /// @param timeMs When it happened, milliseconds.
    /// @param nowMs Block time, milliseconds.
    error EvidenceOutOfDate(uint16 code, uint256 timeMs, uint256 nowMs);

    /// @notice A fraction above 1.
    /// @param code 703.
    /// @param fraction The fraction.
    error FractionAboveOne(uint16 code, string fraction);

    /// @notice No participant runs the validator.
    /// @param code 704.
    /// @param validator The validator.
    error UnknownValidator(uint16 code, address validator);
}

/// @title Why `stake` refuses.
interface IStakeErrors {
    /// @notice The network has no stake.
    /// @param code 1701.
    error Off(uint16 code);

    /// @notice The amount is zero.
    /// @param code 1702.
    error ZeroAmount(uint16 code);

    /// @notice Only participants stake.
    /// @param code 1703.
    /// @param account The account.
    error NotAParticipant(uint16 code, address account);

    /// @notice The lock is too long.
    /// @param code 1704.
    /// @param lockMs Milliseconds asked for.
    /// @param mostMs Most, milliseconds.
    error LockTooLong(uint16 code, uint256 lockMs, uint256 mostMs);

    /// @notice A lock may only be extended.
    /// @param code 1705.
    /// @param endsMs When the new lock would be over, milliseconds of block time.
    /// @param presentMs When the present one is.
    error LockShortened(uint16 code, uint256 endsMs, uint256 presentMs);

    /// @notice Less is staked than asked for.
    /// @param code 1706.
    /// @param asked Base units asked for.
    /// @param active Base units staked.
    error InsufficientStake(uint16 code, uint256 asked, uint256 active);

    /// @notice The lock is not over.
    /// @param code 1707.
    /// @param endsMs When it is, milliseconds of block time.
    error StillLocked(uint16 code, uint256 endsMs);

    /// @notice Votes or jobs bind it.
    /// @param code 1708.
    /// @param count How many.
    error Bound(uint16 code, uint256 count);

    /// @notice Too many withdrawals at a time.
    /// @param code 1709.
    /// @param limit Most at a time.
    error TooManyWithdrawals(uint16 code, uint256 limit);

    /// @notice The sender is no judge.
    /// @param code 1710.
    error NotJudge(uint16 code);

    /// @notice The judge is tied to the provider.
    /// @param code 1711.
    /// @param account The provider.
    error Related(uint16 code, address account);

    /// @notice Once per case.
    /// @param code 1712.
    /// @param case_ The case.
    error CaseDecided(uint16 code, bytes32 case_);

    /// @notice Once per judge.
    /// @param code 1713.
    error AlreadySaid(uint16 code);

    /// @notice Dust would cost every close more than its owner.
    /// @param code 1714.
    /// @param left What would be staked, base units.
    /// @param minimum Base units.
    error BelowMinimum(uint16 code, uint256 left, uint256 minimum);
}

/// @title Why `validators` refuses.
interface IValidatorsErrors {
    /// @notice The network has no validators.
    /// @param code 2001.
    error Off(uint16 code);

    /// @notice The amount is zero.
    /// @param code 2002.
    error ZeroAmount(uint16 code);

    /// @notice Nobody of this address has a pool.
    /// @param code 2003.
    /// @param validator The address.
    error UnknownValidator(uint16 code, address validator);

    /// @notice The first bond says the commission.
    /// @param code 2004.
    error CommissionMissing(uint16 code);

    /// @notice Later ones do not.
    /// @param code 2005.
    error CommissionGiven(uint16 code);

    /// @notice The network bounds it.
    /// @param code 2006.
    /// @param commission The commission asked for.
    /// @param most Highest allowed now.
    error CommissionTooHigh(uint16 code, string commission, string most);

    /// @notice Too little would be bonded.
    /// @param code 2007.
    /// @param left What would be, base units.
    /// @param minimum Least, base units.
    error BelowMinimum(uint16 code, uint256 left, uint256 minimum);

    /// @notice Less is bonded than asked for.
    /// @param code 2008.
    /// @param asked Base units asked for.
    /// @param bonded What the sender's shares are worth, base units.
    error InsufficientBond(uint16 code, uint256 asked, uint256 bonded);

    /// @notice An active validator's own bond stays.
    /// @param code 2009.
    /// @param left What would be left of its own, base units.
    /// @param minimum Least of an active validator, base units.
    error StillActive(uint16 code, uint256 left, uint256 minimum);

    /// @notice What is one's own is bonded, not delegated.
    /// @param code 2010.
    error SelfDelegation(uint16 code);

    /// @notice The validator is in jail.
    /// @param code 2011.
    /// @param until First epoch in which it can leave.
    error Jailed(uint16 code, uint256 until);

    /// @notice It is not.
    /// @param code 2012.
    error NotJailed(uint16 code);

    /// @notice It is already.
    /// @param code 2013.
    error AlreadyAsked(uint16 code);

    /// @notice It is neither active nor has it asked to be.
    /// @param code 2014.
    error NotServing(uint16 code);

    /// @notice Too many withdrawals at a time.
    /// @param code 2015.
    /// @param limit Most at a time.
    error TooManyWithdrawals(uint16 code, uint256 limit);

    /// @notice Nothing was delegated.
    /// @param code 2016.
    /// @param validator The validator.
    error NoDelegation(uint16 code, address validator);

    /// @notice Nothing is released.
    /// @param code 2017.
    /// @param validator The validator.
    error NothingReleased(uint16 code, address validator);

    /// @notice A rise by a step must never overflow.
    /// @param code 2018.
    /// @param denominator Denominator of the commission asked for, in lowest terms.
    /// @param most Highest allowed.
    error CommissionTooFine(uint16 code, uint256 denominator, uint256 most);
}

/// @title Why `vesting` refuses.
interface IVestingErrors {
    /// @notice Nothing has vested since the last release.
    /// @param code 501.
    error NothingVested(uint16 code);
}

/// @title Why `weights` refuses.
interface IWeightsErrors {
    /// @notice A participant's potential weight leaves 64 bits.
    /// @param code 1001.
    error PotentialTooLarge(uint16 code);

    /// @notice Models are neither delegated nor refused here.
    /// @param code 1002.
    error NoParticipation(uint16 code);

    /// @notice A delegation needs somebody else.
    /// @param code 1003.
    error DelegatedToItself(uint16 code);

    /// @notice Who has no weight says nothing of models.
    /// @param code 1004.
    /// @param account Whose weight.
    error NoWeight(uint16 code, address account);
}

/// @title Why `wire` refuses.
interface IWireErrors {
    /// @notice Refused before it reached the engine.
    /// @param code 3000 and above.
    /// @param text Why.
    error Refused(uint16 code, string text);
}

/// @title Why `work` refuses.
interface IWorkErrors {
    /// @notice Reports are for the open epoch.
    /// @param code 801.
    /// @param given The message's epoch.
    /// @param expected The epoch it must name.
    error WrongEpoch(uint16 code, uint256 given, uint256 expected);

    /// @notice There is one report per epoch, node and model.
    /// @param code 802.
    error AlreadyReported(uint16 code);

    /// @notice A list is empty, too long, not strictly ascending, or has a zero.
    /// @param code 803.
    /// @param rule Which list, and what is allowed.
    error BadList(uint16 code, string rule);

    /// @notice A number is out of range.
    /// @param code 804.
    /// @param rule The field and its range.
    error OutOfRange(uint16 code, string rule);

    /// @notice The sender lacks the role.
    /// @param code 805.
    error NotReporter(uint16 code);

    /// @notice The sender lacks the role.
    /// @param code 806.
    error NotJudge(uint16 code);

    /// @notice There is no such open report.
    /// @param code 807.
    /// @param participant The provider.
    error UnknownReport(uint16 code, address participant);

    /// @notice The sender is related to the provider, a customer or the challenger.
    /// @param code 808.
    /// @param with Whom the sender is related to.
    error ConflictOfInterest(uint16 code, address with);

    /// @notice The sender attested it already.
    /// @param code 809.
    error AlreadyAttested(uint16 code);

    /// @notice The contents differ from what the sender saw.
    /// @param code 810.
    error RootMismatch(uint16 code);

    /// @notice Only an accepted, unchallenged summary within its window can be challenged.
    /// @param code 811.
    error NotChallengeable(uint16 code);

    /// @notice The bond is too small.
    /// @param code 812.
    /// @param minimum Least bond, base units.
    error BondTooSmall(uint16 code, uint256 minimum);

    /// @notice There is no open challenge.
    /// @param code 813.
    error NotChallenged(uint16 code);

    /// @notice The judge has voted.
    /// @param code 814.
    error AlreadyJudged(uint16 code);

    /// @notice Too late.
    /// @param code 815.
    /// @param deadline When it was over.
    error DecisionOver(uint16 code, string deadline);

    /// @notice No seed, or another one, was committed.
    /// @param code 816.
    error SeedMismatch(uint16 code);

    /// @notice The seed was revealed.
    /// @param code 817.
    error AlreadyRevealed(uint16 code);

    /// @notice The check was not drawn for the sender, or is done.
    /// @param code 818.
    error CheckNotDue(uint16 code);

    /// @notice A duty is not done.
    /// @param code 819.
    /// @param done Checks recorded.
    /// @param due Checks due.
    error DutyUndone(uint16 code, uint256 done, uint256 due);

    /// @notice A customer that was never seen.
    /// @param code 820.
    /// @param customer The customer.
    error UnknownCustomer(uint16 code, address customer);

    /// @notice The randomness that duties are drawn from is known in the closing block.
    /// @param code 821.
    error EpochCloses(uint16 code);

    /// @notice The network does not run by this rule.
    /// @param code 840.
    /// @param rule Which one.
    error NotInForce(uint16 code, string rule);
}
