"""The pages of this folder."""

from portal.login.signin import (
    choices,
    choose_language,
    chosen,
    done,
    end_session,
    login,
    logout,
    sessions,
    start_login,
)

PAGES = (
    login, start_login, done, choices, chosen, sessions, end_session, logout, choose_language,
)  # fmt: skip
