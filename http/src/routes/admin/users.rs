//! Users, as an administrator manages them.

mod access;
mod delete;
mod list;

pub(crate) use self::{
    access::{__path_disable, __path_enable, __path_set_role, __path_sign_out},
    access::{disable, enable, set_role, sign_out},
    delete::{__path_delete, delete},
    list::{__path_list, __path_show, list, show},
};

use mosaic_api::UserBody;
use mosaic_storage::UserEntry;

use crate::routes::{me::role_body, sessions::method_body};

fn body(entry: UserEntry) -> UserBody {
    let UserEntry { user, sign_in } = entry;
    UserBody {
        id: user.id.to_string(),
        email: user.email.to_string(),
        role: role_body(user.role),
        disabled: user.disabled,
        deleting_at: user.deleting_at,
        created_at: user.created_at,
        last_login_at: user.last_login_at,
        sign_in: sign_in.map(method_body),
    }
}
