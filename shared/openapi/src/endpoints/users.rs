use api::Scope;

use crate::endpoint::{Endpoint, answer, data};

pub(crate) fn endpoints() -> Vec<Endpoint> {
    let summary = "Shows who the owner of the key is, and what it may do here.";
    let me = Endpoint::new(("get", "/users/me"), ("users", "showMe"), summary)
        .needs(Scope::UserRead)
        .answers(200, answer("The owner.", data("User")));
    vec![me]
}
