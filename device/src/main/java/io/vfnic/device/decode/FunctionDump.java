package io.vfnic.device.decode;

import io.vfnic.device.ring.RingContents;
import java.util.List;

/**
 * Everything of a function at one moment, or as near to that as a card that runs allows: the registers and the rings
 * are looked at one after the other.
 *
 * @param function  its name.
 * @param registers all of them, block by block.
 * @param rings     receive rings and then transmit rings.
 */
public record FunctionDump(String function, List<DecodedRegister> registers, List<RingContents> rings) {
}
