/**
 * The benchmarks: what the card does, beside a baseline that is measured in the same run. A program of its own
 * ({@code integration-tests/bench}); it knows the card by its sockets, and by its threads where it counts what they
 * allocate.
 * <p>
 * A {@link io.vfnic.bench.Benchmark} makes rows of the table. A new one is put into {@link io.vfnic.bench.Benchmarks},
 * and nothing else has to know it. Each row is a ratio, so that the figures of one machine tell something about
 * another. The sides of a row take turns ({@link io.vfnic.bench.Turns}), so that what else the machine does hits them
 * alike, and the median round counts.
 */
package io.vfnic.bench;
