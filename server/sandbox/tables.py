"""What the sandbox remembers: everything that went over the air, and webhooks still to be posted.

It stands for the phones and the carrier, so numbers and texts are in clear here and nowhere else.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from server.columns import UtcTime
from server.statements import Statement

metadata = MetaData()

# A text, a call or a reply. `phone` is the handset's number, `line` the number on our side.
# `redacted`: the carrier forgot the words; the handset still has them.
message = Table(
    "message",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("sid", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("phone", String, nullable=False),
    Column("line", String, nullable=False),
    Column("service_sid", String),
    Column("body", Text, nullable=False),
    Column("redacted", Boolean, nullable=False),
    Column("encoding", String, nullable=False),
    Column("segments", Integer, nullable=False),
    Column("status", String, nullable=False),
    Column("error_code", Integer),
    Column("fate", Integer),
    Column("callback", String),
    Column("created_at", UtcTime, nullable=False),
    Column("sent_at", UtcTime),
    Column("updated_at", UtcTime, nullable=False),
    Column("next_at", UtcTime),
    Index("message_by_phone", "phone", "seq"),
    Index("message_by_next", "next_at"),
    sqlite_autoincrement=True,
)

# What is peculiar to a call. `twiml` is what the line does now; `events` are those to report.
call = Table(
    "call",
    metadata,
    Column("sid", String, primary_key=True),
    Column("twiml", Text, nullable=False),
    Column("rings_for", Integer, nullable=False),
    Column("events", String, nullable=False),
)

webhook = Table(
    "webhook",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("sid", String, nullable=False),
    Column("url", String, nullable=False),
    Column("form", String, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("tries", Integer, nullable=False),
    Index("webhook_by_due", "due_at"),
    sqlite_autoincrement=True,
)

opt_out = Table(
    "opt_out",
    metadata,
    Column("phone", String, primary_key=True),
    Column("line", String, primary_key=True),
)

KEEP_MESSAGE = Statement(
    insert(message).values(
        {
            column.name: bindparam(column.name, type_=column.type)
            for column in message.columns
            if column.name != "seq"
        }
    )
)
IS_OPTED_OUT = Statement(
    select(opt_out.c.phone).where(
        opt_out.c.phone == bindparam("phone"), opt_out.c.line == bindparam("line")
    )
)
MOVE_ON = Statement(
    update(message)
    .where(message.c.seq == bindparam("at_seq"))
    .values(
        status=bindparam("status"),
        error_code=bindparam("error_code"),
        sent_at=bindparam("sent_at", type_=UtcTime()),
        updated_at=bindparam("updated_at", type_=UtcTime()),
        next_at=bindparam("next_at", type_=UtcTime()),
    )
)
KEEP_WEBHOOK = Statement(
    insert(webhook).values(
        sid=bindparam("sid"),
        url=bindparam("url"),
        form=bindparam("form"),
        due_at=bindparam("due_at", type_=UtcTime()),
        tries=0,
    )
)
DROP_WEBHOOK = Statement(delete(webhook).where(webhook.c.id == bindparam("webhook_id")))
RETRY_WEBHOOK = Statement(
    update(webhook)
    .where(webhook.c.id == bindparam("webhook_id"))
    .values(tries=webhook.c.tries + 1, due_at=bindparam("due_at", type_=UtcTime()))
)
