/*
 * An ACPI table for guests that boot with UEFI firmware (OVMF) and have the PF and VFs of a card at their routing IDs:
 *     qemu-system-x86_64 ... -acpitable file=vf-bars.aml
 *
 * An operating system takes the addresses of all VFs from one register, VF BAR0 of the PF's SR-IOV capability, and never
 * writes a VF's own BAR (SR-IOV 1.1, 3.4.1.11). QEMU, for which each VF is a device by itself, goes by the VF's own BAR.
 * OVMF fills in both, and places them apart. This table runs in the guest before the operating system looks at PCI, and
 * puts each VF where the capability says it is. Where they agree already, as with SeaBIOS, it changes nothing.
 *
 * vf-bars.aml is made of it by: iasl -p vf-bars vf-bars.asl
 */
DefinitionBlock ("vf-bars.aml", "SSDT", 2, "VFNIC", "VFBARS", 1)
{
    External (\_SB.PCI0, DeviceObj)

    Scope (\_SB.PCI0)
    {
        Device (VFNB)
        {
            Name (_ADR, Zero)               // q35's memory controller, 00:00.0

            OperationRegion (MCHC, PCI_Config, 0x60, 0x08)
            Field (MCHC, DWordAcc, NoLock, Preserve)
            {
                XBAR, 32                    // PCIEXBAR: where all configuration space is; bit 0 enables it
            }

            // Reads the dword at an address of configuration space
            Method (RDW, 1, Serialized)
            {
                OperationRegion (CFGR, SystemMemory, Arg0, 0x04)
                Field (CFGR, DWordAcc, NoLock, Preserve)
                {
                    VALR, 32
                }
                Return (VALR)
            }

            // Writes the dword Arg1 there
            Method (WRW, 2, Serialized)
            {
                OperationRegion (CFGW, SystemMemory, Arg0, 0x04)
                Field (CFGW, DWordAcc, NoLock, Preserve)
                {
                    VALW, 32
                }
                VALW = Arg1
            }

            // Places the VFs of the PF whose configuration space is at Arg0, the first function of its bus
            Method (PLAC, 1, Serialized)
            {
                If ((RDW (Arg0 + 0x160) & 0xFFFF) != 0x0010)
                {
                    Return (Zero)           // no SR-IOV
                }
                Local0 = RDW (Arg0 + 0x184) & 0xFFFFFFF0    // VF BAR0
                If (Local0 == Zero)
                {
                    Return (Zero)
                }
                Local1 = RDW (Arg0 + 0x16C) >> 16           // TotalVFs
                Local2 = RDW (Arg0 + 0x174)                 // first VF offset, VF stride
                Local3 = Local2 & 0xFFFF
                Local2 = Local2 >> 16
                While (Local1 > Zero)
                {
                    Local4 = Arg0 + (Local3 << 12)
                    If (RDW (Local4) == 0x10CA8086)
                    {
                        WRW (Local4 + 0x10, Local0)         // BAR0
                    }
                    Local0 += 0x8000                        // its length
                    Local3 += Local2
                    Local1--
                }
                Return (Zero)
            }

            Method (_INI, 0, Serialized)
            {
                Local0 = XBAR
                If ((Local0 & One) == Zero)
                {
                    Return (Zero)
                }
                Local0 &= 0xF0000000
                Local1 = Zero
                While (Local1 < 0x100)
                {
                    Local2 = Local0 + (Local1 << 20)
                    If (RDW (Local2) == 0x10C98086)
                    {
                        PLAC (Local2)
                    }
                    Local1++
                }
                Return (Zero)
            }
        }
    }
}
