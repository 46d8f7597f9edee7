/** The inner loops of the card by themselves, for JMH ({@code integration-tests/bench --jmh}): where time goes. */
package io.vfnic.bench.jmh;
