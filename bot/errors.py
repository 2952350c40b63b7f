"""Every deliberate failure: a code, whether to try again, and a sentence for whoever can act."""


class TosoError(Exception):
    """The root. `code` is stable for logs and tests; `retry` says whether the same call may work later."""

    code = "error"
    retry = False


class NotGenuine(TosoError):
    """A webhook call that its channel cannot prove to come from the platform (answered 401)."""

    code = "not_genuine"


class NotReadable(TosoError):
    """A webhook call whose body is not what the platform documents (answered 400)."""

    code = "not_readable"


class StoreDown(TosoError):
    """The store cannot be reached or cannot save: nothing was promised, the platform shall send again (503)."""

    code = "store_down"
    retry = True


class StoreFull(StoreDown):
    """The store has no memory left for more: whoever runs the server has to give it some."""


class Conflict(TosoError):
    """Somebody else saved this conversation since it was loaded: load again and decide again."""

    code = "conflict"
    retry = True


class Repeated(TosoError):
    """This message had its effect before: nothing is to be done, and nothing was saved."""

    code = "repeated"


class SettingWrong(TosoError):
    """A setting that cannot be used. The sentence names the setting and what to write instead."""

    code = "setting_wrong"


class ContentWrong(TosoError):
    """A guide, fact or ward file that cannot be used. The sentence is `file:line: message`, for its editor."""

    code = "content_wrong"


class PlatformError(TosoError):
    """A messaging platform refused or could not be reached. The sentence says which one and what it said."""

    code = "platform_error"


class DataInUse(TosoError):
    """The embedded store's data folder belongs to another running app."""

    code = "data_in_use"
