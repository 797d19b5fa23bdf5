//! `workmint_*` methods that ask what the REST interface answers: same question, same answer.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use serde_json::{Map, Value};
use tower::ServiceExt;

use super::engine::Engine;
use super::error::RpcError;
use super::methods::Method;
use super::params::Params;

/// Where a question is answered: the path, and the names of its parameters in the order in which a
/// list gives them. Those that are not in the path go into the query.
fn place(method: Method) -> (&'static str, &'static [&'static str]) {
    match method {
        Method::Explain => ("/v1/settlements/{epoch}/explain/{address}", &["address", "epoch"]),
        Method::Estimate => ("/v1/estimate/{address}", &["address"]),
        Method::History => ("/v1/accounts/{address}/history", &["address", "limit", "cursor"]),
        Method::Prices => ("/v1/prices", &["limit", "cursor"]),
        Method::Epoch => ("/v1/settlements/{epoch}", &["epoch"]),
        Method::Proof => ("/v1/settlements/{epoch}/proofs/{address}", &["address", "epoch"]),
        _ => ("/v1/supply", &[]),
    }
}

impl Engine {
    /// Asks the REST interface.
    pub(super) async fn asks_rest(
        &self,
        method: Method,
        params: &Params,
    ) -> Result<Value, RpcError> {
        let (path, names) = place(method);
        let uri = uri(path, &named(params, names)?)?;
        let request = Request::get(uri).body(Body::empty()).map_err(RpcError::internal)?;
        let answer = match self.rest.clone().oneshot(request).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        };
        let status = answer.status();
        let body = to_bytes(answer.into_body(), self.config.limits.answer_bytes).await;
        let body =
            body.map_err(|_| RpcError::new(RpcError::TOO_LARGE, "ask for a smaller page"))?;
        let body: Value = serde_json::from_slice(&body).map_err(RpcError::internal)?;
        if status == StatusCode::OK {
            return Ok(body);
        }
        let detail = body.get("detail").and_then(Value::as_str).unwrap_or("refused");
        let code = match status {
            StatusCode::NOT_FOUND | StatusCode::GONE => RpcError::MISSING,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => RpcError::BUSY,
            status if status.is_client_error() => RpcError::PARAMS,
            _ => RpcError::INTERNAL,
        };
        let field = body.get("field").and_then(Value::as_str);
        Err(RpcError::new(code, told(field, detail)))
    }
}

/// What is wrong with a field; some texts name it already.
fn told(field: Option<&str>, detail: &str) -> String {
    match field.map(|field| format!("{field}: ")) {
        Some(field) if !detail.starts_with(&field) => format!("{field}{detail}"),
        _ => detail.to_owned(),
    }
}

/// The parameters by name: an object, or a list in the order of `names`.
fn named(params: &Params, names: &[&str]) -> Result<Map<String, Value>, RpcError> {
    let given = match params.optional::<Value>(0, "params")? {
        Some(Value::Object(given)) => {
            params.at_most(1)?;
            given
        }
        _ => {
            params.at_most(names.len())?;
            let mut given = Map::new();
            for (index, name) in names.iter().enumerate() {
                if let Some(value) = params.optional::<Value>(index, name)? {
                    given.insert((*name).to_owned(), value);
                }
            }
            given
        }
    };
    match given.keys().find(|name| !names.contains(&name.as_str())) {
        Some(unknown) => {
            let unknown: String = unknown.chars().take(64).collect();
            let text = format!("{unknown}: unknown; allowed: {}", names.join(", "));
            Err(RpcError::new(RpcError::PARAMS, text))
        }
        None => Ok(given),
    }
}

/// The path and query of a question.
fn uri(path: &str, given: &Map<String, Value>) -> Result<String, RpcError> {
    let (mut uri, mut query) = (path.to_owned(), Vec::new());
    for (name, value) in given {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return Err(RpcError::param(name, "a string or a number")),
        };
        // What needs no escaping; nothing of ours has other characters.
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if text.is_empty() || text.len() > 128 || !text.bytes().all(plain) {
            return Err(RpcError::param(name, "1 to 128 letters, digits or - . _ ~"));
        }
        let hole = format!("{{{name}}}");
        if uri.contains(&hole) {
            uri = uri.replace(&hole, &text);
        } else {
            query.push(format!("{name}={text}"));
        }
    }
    if let Some((_, rest)) = uri.split_once('{') {
        let name = rest.split('}').next().unwrap_or(rest);
        return Err(RpcError::new(RpcError::PARAMS, format!("{name}: missing")));
    }
    if !query.is_empty() {
        uri = format!("{uri}?{}", query.join("&"));
    }
    Ok(uri)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(json: &str, method: Method) -> Result<String, RpcError> {
        let raw: Box<serde_json::value::RawValue> = serde_json::from_str(json).unwrap();
        let (path, names) = place(method);
        uri(path, &named(&Params::read(Some(&raw))?, names)?)
    }

    #[test]
    fn lists_and_objects_ask_the_same() {
        let expected = "/v1/settlements/7/proofs/0xab";
        assert_eq!(asked(r#"["0xab", 7]"#, Method::Proof).unwrap(), expected);
        assert_eq!(asked(r#"{"epoch":7,"address":"0xab"}"#, Method::Proof).unwrap(), expected);
        let page = asked(r#"{"address":"0xab","limit":5}"#, Method::History).unwrap();
        assert_eq!(page, "/v1/accounts/0xab/history?limit=5");
        assert_eq!(asked("[]", Method::Supply).unwrap(), "/v1/supply");
    }

    #[test]
    fn a_field_is_named_once() {
        assert_eq!(told(Some("epoch"), "epoch: not closed"), "epoch: not closed");
        assert_eq!(told(Some("epoch"), "not closed"), "epoch: not closed");
        assert_eq!(told(None, "busy"), "busy");
    }

    #[test]
    fn no_parameter_leads_to_another_path() {
        for wrong in [
            r#"["../../x", 1]"#,
            r#"["a?b=c", 1]"#,
            r#"["a&b", 1]"#,
            r#"["%2e", 1]"#,
            r#"["", 1]"#,
            r#"[[], 1]"#,
            r#"["a"]"#,
            r#"["a", 1, 2]"#,
            r#"{"adress":"a","epoch":1}"#,
        ] {
            assert_eq!(asked(wrong, Method::Proof).unwrap_err().code, RpcError::PARAMS, "{wrong}");
        }
        assert_eq!(asked(r#"["a"]"#, Method::Proof).unwrap_err().message, "epoch: missing");
    }
}
