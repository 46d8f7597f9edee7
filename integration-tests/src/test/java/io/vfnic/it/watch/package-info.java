/**
 * What operators see of a card while guests use it: events, traces, captures, dumps, compared with what the guests did.
 */
package io.vfnic.it.watch;
