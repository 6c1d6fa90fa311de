"""How alembic reaches the database: through the engine it is handed."""

from alembic import context

from server.tables import schema

engine = context.config.attributes["engine"]

with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=schema(),
        render_as_batch=True,
        transactional_ddl=connection.dialect.name != "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
