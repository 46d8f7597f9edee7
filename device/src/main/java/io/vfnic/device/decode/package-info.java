/**
 * What the numbers of the 82576 mean, in words: registers with their fields, descriptors, messages in mailboxes,
 * verdicts on frames; and dumps of a function. Called by the server for people to read; it changes nothing of the card.
 */
package io.vfnic.device.decode;
