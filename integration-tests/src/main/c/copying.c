/*
 * What copying the frames alone costs: from one file of shared memory to another, as from one guest's memory to the
 * other's. The frames have the places that they have in the rings of the load driver.
 *
 *   copying FRAME FRAMES STRIDE BUFFERS       FRAME bytes each, FRAMES of them in a row STRIDE bytes apart from BUFFERS
 *                                             places that go round, to receive buffers of 2048 bytes, 512 of them
 * Reads milliseconds from its input, a number a line, copies for that long and prints the bits per second.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { RECEIVE_BUFFER = 2048, RECEIVE_BUFFERS = 512, BETWEEN_LOOKS_AT_THE_CLOCK = 4096 };

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

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: copying FRAME FRAMES STRIDE BUFFERS\n");
        return 2;
    }
    size_t frame = strtoul(argv[1], NULL, 10);
    size_t frames = strtoul(argv[2], NULL, 10);
    size_t stride = strtoul(argv[3], NULL, 10);
    size_t buffers = strtoul(argv[4], NULL, 10);
    if (frame == 0 || frame > RECEIVE_BUFFER || frames == 0 || frames * frame > stride || buffers == 0) {
        fprintf(stderr, "copying: sizes that do not fit\n");
        return 2;
    }
    char *from = guest_memory(buffers * stride);
    char *to = guest_memory((size_t)RECEIVE_BUFFER * RECEIVE_BUFFERS);
    if (!from || !to) {
        perror("memory");
        return 1;
    }
    size_t piece = 0;
    size_t part = 0;
    size_t place = 0;
    long milliseconds;
    while (scanf("%ld", &milliseconds) == 1) {
        double start = now();
        double elapsed;
        double copied = 0;
        do {
            for (int i = 0; i < BETWEEN_LOOKS_AT_THE_CLOCK; i++) {
                memcpy(to + place * RECEIVE_BUFFER, from + piece * stride + part * frame, frame);
                place = place + 1 == RECEIVE_BUFFERS ? 0 : place + 1;
                if (++part == frames) {
                    part = 0;
                    piece = piece + 1 == buffers ? 0 : piece + 1;
                }
            }
            copied += (double)frame * BETWEEN_LOOKS_AT_THE_CLOCK;
            elapsed = now() - start;
        } while (elapsed * 1000 < (double)milliseconds);
        printf("%.0f\n", copied * 8 / elapsed);
        fflush(stdout);
    }
    return 0;
}
