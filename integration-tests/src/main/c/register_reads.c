/*
 * The least that can answer a vfio-user client: every message comes back as a reply, a REGION_READ with as many zero
 * bytes behind it as it asks for. It is what a card's register read is measured against.
 *
 *   register_reads SOCKET wait|busy      one client; ends with it. busy: asks for messages over and over
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { REGION_READ = 9, REPLY = 1, MAX_DATA = 8, MAX_MESSAGE = 4096 };

struct header {
    uint16_t id;
    uint16_t command;
    uint32_t size;
    uint32_t flags;
    uint32_t error;
};

struct region_access {
    struct header header;
    uint64_t offset;
    uint32_t region;
    uint32_t count;
};

static int fail(const char *what)
{
    perror(what);
    return 1;
}

static int serve(int client, int flags)
{
    static union {
        struct header header;
        struct region_access access;
        char bytes[MAX_MESSAGE];
    } message;

    for (;;) {
        /* A client has one message under way, which is far less than a socket takes in one piece. */
        ssize_t length = recv(client, &message, sizeof(message), flags);
        if (length < 0 && (errno == EAGAIN || errno == EINTR)) {
            continue;
        }
        if (length == 0) {
            return 0;
        }
        if (length < (ssize_t)sizeof(message.header) || length != message.header.size) {
            return fail("recv");
        }
        if (message.header.command == REGION_READ) {
            if (length != sizeof(message.access) || message.access.count > MAX_DATA) {
                return fail("read");
            }
            memset(message.bytes + length, 0, message.access.count);
            message.header.size += message.access.count;
        }
        message.header.flags = REPLY;
        if (send(client, &message, message.header.size, MSG_NOSIGNAL) != message.header.size) {
            return fail("send");
        }
    }
}

int main(int argc, char **argv)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int busy = argc == 3 && strcmp(argv[2], "busy") == 0;

    if (argc != 3 || (!busy && strcmp(argv[2], "wait")) || strlen(argv[1]) >= sizeof(address.sun_path)) {
        fprintf(stderr, "usage: register_reads SOCKET wait|busy\n");
        return 2;
    }
    strcpy(address.sun_path, argv[1]);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof(address)) || listen(listener, 1)) {
        return fail(argv[1]);
    }
    /* Whoever started this connects when it sees the line. */
    puts("ready");
    fflush(stdout);
    int client = accept(listener, NULL, NULL);
    if (client < 0) {
        return fail("accept");
    }
    int code = serve(client, busy ? MSG_DONTWAIT : 0);
    unlink(argv[1]);
    return code;
}
