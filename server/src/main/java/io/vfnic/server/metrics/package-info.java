/**
 * The card's counters for Prometheus, over HTTP: a scrape reads what the card counts anyway, and nothing waits for it.
 * Knows the operator's side of a card; the server starts it where its options say so, and nothing here is loaded
 * otherwise.
 */
package io.vfnic.server.metrics;
