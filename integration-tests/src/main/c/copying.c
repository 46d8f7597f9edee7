/*
 * What copying the frames alone costs: from one file of shared memory to another, as from one guest's memory to the
 * other's, in both directions. The frames have the places that they have in the rings of the load driver, so that the
 * copies find as much of them in the caches as the card does.
 *
 *   copying FRAME FRAMES STRIDE BUFFERS BATCH FRAME bytes each, FRAMES of them in a row STRIDE bytes apart from BUFFERS
 *                                             places that go round, to receive buffers of 2048 bytes, 512 of them;
 *                                             BATCH rows one way, then BATCH rows the other way
 * Reads milliseconds from its input, a number a line, copies for that long and prints the bits per second.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { RECEIVE_BUFFER = 2048, RECEIVE_BUFFERS = 512, BETWEEN_LOOKS_AT_THE_CLOCK = 64 };

/* One way: where frames come from and go to, and how far that has got. */
struct way {
    char *from;
    char *to;
    size_t row;
    size_t place;
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static char *guest_memory(size_t length)
{
    int fd = memfd_create("guest-memory", MFD_CLOEXEC);
    if (fd < 0 || ftruncate(fd, (off_t)length)) {
        return NULL;
    }
    char *memory = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
    if (memory == MAP_FAILED) {
        return NULL;
    }
    memset(memory, 0x5A, length);
    return memory;
}

static void copy(struct way *way, size_t frame, size_t frames, size_t stride, size_t buffers, size_t batch)
{
    for (size_t i = 0; i < batch; i++) {
        for (size_t part = 0; part < frames; part++) {
            memcpy(way->to + way->place * RECEIVE_BUFFER, way->from + way->row * stride + part * frame, frame);
            way->place = way->place + 1 == RECEIVE_BUFFERS ? 0 : way->place + 1;
        }
        way->row = way->row + 1 == buffers ? 0 : way->row + 1;
    }
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        fprintf(stderr, "usage: copying FRAME FRAMES STRIDE BUFFERS BATCH\n");
        return 2;
    }
    size_t frame = strtoul(argv[1], NULL, 10);
    size_t frames = strtoul(argv[2], NULL, 10);
    size_t stride = strtoul(argv[3], NULL, 10);
    size_t buffers = strtoul(argv[4], NULL, 10);
    size_t batch = strtoul(argv[5], NULL, 10);
    if (frame == 0 || frame > RECEIVE_BUFFER || frames == 0 || frames * frame > stride || buffers == 0 || batch == 0) {
        fprintf(stderr, "copying: sizes that do not fit\n");
        return 2;
    }
    struct way ways[2] = {{0}};
    for (int i = 0; i < 2; i++) {
        ways[i].from = guest_memory(buffers * stride);
        ways[i].to = guest_memory((size_t)RECEIVE_BUFFER * RECEIVE_BUFFERS);
        if (!ways[i].from || !ways[i].to) {
            perror("memory");
            return 1;
        }
    }
    long milliseconds;
    while (scanf("%ld", &milliseconds) == 1) {
        double start = now();
        double elapsed;
        double copied = 0;
        do {
            for (int i = 0; i < BETWEEN_LOOKS_AT_THE_CLOCK; i++) {
                copy(&ways[i & 1], frame, frames, stride, buffers, batch);
            }
            copied += (double)frame * (double)(frames * batch) * BETWEEN_LOOKS_AT_THE_CLOCK;
            elapsed = now() - start;
        } while (elapsed * 1000 < (double)milliseconds);
        printf("%.0f\n", copied * 8 / elapsed);
        fflush(stdout);
    }
    return 0;
}
