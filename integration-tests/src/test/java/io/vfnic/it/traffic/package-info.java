/** What real guests send each other through the card, compared with what arrived. */
package io.vfnic.it.traffic;
