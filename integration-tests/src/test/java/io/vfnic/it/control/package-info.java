/** What an operator sees of a card, and does to it, while guests use its functions. */
package io.vfnic.it.control;
