/**
 * The running server, over real sockets, against the vfio-user specification, libvfio-user's answers to malformed
 * messages and the habits of stock QEMU. Each test starts a card inside this process and talks to it with the test
 * kit's client.
 * <p>
 * What is known to go wrong between vfio-user servers and clients, and where it is tested or why it cannot happen:
 * <ul>
 * <li>A VERSION reply above 214 bytes, a minor version above 0, absent JSON: QEMU gives the device up.
 * {@code HandshakeTest}.</li>
 * <li>A reply longer than its request makes QEMU lose the stream. {@code QemuTest}.</li>
 * <li>A header that arrives in two pieces is fatal to QEMU: each message is sent by a sendmsg of its own, whose first
 * bytes Linux queues together.</li>
 * <li>REGION_WRITE_MULTI, once offered, slows every message in QEMU 10.1 and 10.2: not offered.
 * {@code HandshakeTest}, {@code RegionAccessTest}.</li>
 * <li>A reply to a posted command, even an error, is unexpected. {@code FramingTest}.</li>
 * <li>Two layouts of DMA_READ and DMA_WRITE, told apart by a write of no bytes; replies above 32 KiB are cut by QEMU.
 * {@code TrafficTest}.</li>
 * <li>A client does not answer DMA while it waits for a reply: no reply waits for DMA. {@code TrafficTest} (DMA is
 * deferred while a reply is outstanding), {@code HostileMemoryTest} (DMA is never answered).</li>
 * <li>QEMU answers DMA with ENODEV while bus mastering is off. {@code HostileMemoryTest}.</li>
 * <li>ERR is set once, DMA ranges are not repeated after a reset. {@code QemuTest}, {@code MemoryTest}.</li>
 * <li>Firmware maps and unmaps low memory in pipelined bursts. {@code MemoryTest}.</li>
 * <li>A BAR that is mapped is announced back as a DMA range without a descriptor: as any other range it is only
 * looked at when a descriptor names it.</li>
 * <li>A message without descriptors drops eventfds; count 0 with NONE disables a type; the same vector is set again at
 * every unmask. {@code InterruptTest}, {@code QemuTest}.</li>
 * <li>An eventfd to unmask by (INTx under KVM): VFs have no INTx, the message is refused and QEMU falls back.
 * {@code InterruptTest}.</li>
 * <li>A BAR size that is no power of two aborts QEMU; an interrupt pin needs INTx. {@code QemuTest}.</li>
 * <li>FLR leaves QEMU's BARs, MSI-X and eventfds as they were. {@code ResetTest}.</li>
 * <li>A client may vanish without a word, inside a message, or be a second one. {@code FramingTest},
 * {@code ManyClientsTest}, {@code TrafficTest}, {@code StressTest}.</li>
 * <li>Messages in pieces, commands and replies of both directions on one socket. {@code FramingTest},
 * {@code TrafficTest}.</li>
 * <li>An unmap of what was never mapped. {@code MemoryTest}.</li>
 * <li>Capabilities that do not fit argsz. {@code DeviceTest}, and the protocol's own tests.</li>
 * <li>cloud-hypervisor reads replies of fixed sizes: an unmap's has 24 bytes of payload. {@code MemoryTest}.</li>
 * <li>Guest RAM that is not shared arrives with a descriptor all the same, of other pages: no server can notice; users
 * are told to say {@code share=on}.</li>
 * <li>QEMU aborts when a device with MSI-X is unplugged: its fault, told to users.</li>
 * </ul>
 */
package io.vfnic.conformance;
