/**
 * Config files: TOML read against the keys that there are, with every mistake's place and the way out. The command line
 * says which keys there are and uses what is found; this package knows neither options nor cards.
 */
package io.vfnic.server.config;
