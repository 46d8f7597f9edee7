/**
 * What is known of the 82576's registers, as data for tests of a card: written from the datasheet's register
 * descriptions as drivers quote them and from what drivers rely on, and not from any card's own tables. Knows no card
 * and no client.
 */
package io.vfnic.testkit.registers;
