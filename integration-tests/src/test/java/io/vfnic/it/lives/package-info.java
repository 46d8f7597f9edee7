/**
 * Lives and deaths: what becomes of guests, of their functions and of the card when one of them ends, begins or ends
 * badly, shown by the real program with real guests.
 */
package io.vfnic.it.lives;
