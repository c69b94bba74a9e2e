#pragma once
#include <microhttpd.h>
#include <sys/socket.h>

// The info calls are variadic, and these macros hold casts: neither is imported by Swift.
static const ssize_t mhdx_end_of_stream = MHD_CONTENT_READER_END_OF_STREAM;
static const uint64_t mhdx_size_unknown = MHD_SIZE_UNKNOWN;

static inline int mhdx_connection_fd(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

static inline const struct sockaddr *mhdx_client_address(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info ? info->client_addr : 0;
}

// Declared here since Glibc shows it only to those who ask for all that is not POSIX.
extern int accept4(int socket, struct sockaddr *address, socklen_t *size, int flags);

static inline int mhdx_accept(int socket, struct sockaddr *address, socklen_t *size) {
    return accept4(socket, address, size, SOCK_CLOEXEC | SOCK_NONBLOCK);
}
