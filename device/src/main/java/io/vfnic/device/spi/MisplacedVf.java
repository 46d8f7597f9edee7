package io.vfnic.device.spi;

/**
 * A VF that is elsewhere than the PF's guest takes it to be.
 *
 * @param function name of the VF.
 * @param expected address of its BAR0 as the PF's SR-IOV capability has it.
 * @param actual   address of its BAR0 as its own register has it, where the client answers for it; 0 where the register
 *                 has none.
 */
public record MisplacedVf(String function, long expected, long actual) {
}
