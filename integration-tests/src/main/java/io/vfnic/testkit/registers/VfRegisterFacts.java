package io.vfnic.testkit.registers;

import java.util.List;

/** The registers of an 82576's Virtual Function: BAR 0, 16 KiB. Where nothing is said, nothing is decoded. */
public final class VfRegisterFacts {
    /** Bytes of the BAR. */
    public static final int LENGTH = 0x4000;

    private static final List<RegisterFact> ALL = RegisterFacts.parse("""
        RO  0000 VTCTRL =0004 00000000                      # RST clears itself, all else is not there
        VAR 0008 STATUS                                     # LU follows the card's link
        RW  0800 VMBMEM x16+4 00000000 FFFFFFFF
        VAR 0C40 V2PMAILBOX                                 # RSTI and RSTD are the PF's
        W1C 0F04 PBACL
        RW  0F0C VFPSRTYPE 00000000 FFFFFFFF
        VAR 0F10 VFGPRC                                     # counters run on
        VAR 0F14 VFGPTC
        VAR 0F18 VFGORC
        VAR 0F34 VFGOTC
        VAR 0F3C VFMPRC
        VAR 0F40 VFGPRLBC
        VAR 0F44 VFGPTLBC
        VAR 0F48 VFGORLBC
        VAR 0F50 VFGOTLBC
        VAR 1048 FRTIMER
        RO  1520 VTEICS 00000000                            # sets, reads 0
        SP  1524 VTEIMS 00000000 00000007 00000007          # sets
        RO  1528 VTEIMC 00000000                            # clears, reads 0
        RW  152C VTEIAC 00000000 00000007
        RW  1530 VTEIAM 00000000 00000007
        SP  1580 VTEICR 00000000 00000000 00000000          # W1C, and cleared by reading
        RW  1680 VTEITR x3+4 00000000 7FFFFFFF              # CNT_IGNR is write-only
        RW  1700 VTIVAR 00000000 83838383
        RW  1740 VTIVAR_MISC 00000000 00000083
        RO  24E8 PBRWAC 00000000
        RW  2800 RDBAL x2+100 00000000 FFFFFF80
        RW  2804 RDBAH x2+100 00000000 FFFFFFFF
        RW  2808 RDLEN x2+100 00000000 000FFFF0
        RW  280C SRRCTL x2+100 80000400 CFF03F7F            # but for queue 0 of VF 0, which has DROP_EN off
        RO  2810 RDH x2+100 00000000
        RW  2814 DCA_RXCTL x2+100 00000000 FFFFFFFF
        RW  2818 RDT x2+100 00000000 0000FFFF
        RW  2828 RXDCTL x2+100 00010000 021F1F1F            # SWFLUSH clears itself
        RC  2830 RQDPC x2+100
        RO  34E8 PBTWAC 00000000
        RW  3800 TDBAL x2+100 00000000 FFFFFF80
        RW  3804 TDBAH x2+100 00000000 FFFFFFFF
        RW  3808 TDLEN x2+100 00000000 000FFFF0
        RO  3810 TDH x2+100 00000000
        RW  3814 DCA_TXCTL x2+100 00002A00 FFFFFFFF
        RW  3818 TDT x2+100 00000000 0000FFFF
        RW  3828 TXDCTL x2+100 00000000 021F1F1F            # SWFLUSH clears itself
        RW  3838 TDWBAL x2+100 00000000 FFFFFFFD
        RW  383C TDWBAH x2+100 00000000 FFFFFFFF
        """);

    private VfRegisterFacts() {
    }

    /** All registers. */
    public static List<RegisterFact> all() {
        return ALL;
    }
}
