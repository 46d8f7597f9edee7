package io.vfnic.device.pf;

import io.vfnic.device.igb.MailboxMessage;
import io.vfnic.device.igb.TestCard;
import io.vfnic.device.igb.VmdqBlock;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("Seven VFs at once, each on its session's thread")
class MailboxConcurrencyTest {
    private static final int VFS = 7;
    private static final int ROUNDS = 200;

    @Test
    @DisplayName("Every request is answered, and the shared tables hold exactly what is asked for in the end")
    void everybodyAsks() throws Exception {
        TestCard card = new TestCard();
        HeadlessPf pf = new HeadlessPf(card.igb, VFS, 1);
        pf.start();
        List<Callable<Integer>> sessions = new ArrayList<>();
        for (int vf = 0; vf < VFS; vf++) {
            int number = vf;
            sessions.add(() -> session(new VfDriver(card, number), number));
        }

        try (ExecutorService threads = Executors.newFixedThreadPool(VFS)) {
            for (Future<Integer> granted : threads.invokeAll(sessions)) {
                assertThat(granted.get()).isEqualTo(3 * ROUNDS);
            }
        }

        assertThat(card.pf(VmdqBlock.VFRE)).isEqualTo((1 << VFS) - 1);
        int[] mta = new int[128];
        for (int vf = 0; vf < VFS; vf++) {
            mta[vf] = 1 << vf;
        }
        assertThat(card.switchRegisters().mta()).isEqualTo(mta);
        int shared = 0;
        for (int vlvf : card.switchRegisters().vlvf()) {
            shared += (vlvf & 0xFFF) == 100 ? vlvf : 0;
        }
        assertThat(shared).as("one entry for the VLAN that all are in").isEqualTo(0x80000000 | 0x7F << 12 | 100);
    }

    private static int session(VfDriver driver, int number) {
        int granted = 0;
        for (int round = 0; round < ROUNDS; round++) {
            driver.reset();
            int multicast = driver.request(MailboxMessage.SET_MULTICAST | 1 << 16, number << 5 | number);
            int vlan = driver.request(MailboxMessage.SET_VLAN | 1 << 16, 100);
            int length = driver.request(MailboxMessage.SET_LPE, 1522 + number);
            granted += (multicast >>> 31) + (vlan >>> 31) + (length >>> 31);
        }
        return granted;
    }
}
