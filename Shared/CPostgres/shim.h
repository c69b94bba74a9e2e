#pragma once
#include <libpq-fe.h>

// The field codes of an error report are macros that need a cast; the server's notices would go to stderr.
enum {
  PQX_SQLSTATE = PG_DIAG_SQLSTATE,
  PQX_MESSAGE = PG_DIAG_MESSAGE_PRIMARY,
  PQX_TABLE = PG_DIAG_TABLE_NAME,
  PQX_COLUMN = PG_DIAG_COLUMN_NAME,
  PQX_CONSTRAINT = PG_DIAG_CONSTRAINT_NAME,
  PQX_FUNCTION = PG_DIAG_SOURCE_FUNCTION,
};

static void pqx_drop_notice(void *context, const PGresult *result) { (void)context; (void)result; }
static inline void pqx_silence(PGconn *connection) { PQsetNoticeReceiver(connection, pqx_drop_notice, 0); }
