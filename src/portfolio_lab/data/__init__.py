"""The border: the only place where a company's own tables are opened, renamed, cast and checked."""
