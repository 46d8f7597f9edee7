package io.vfnic.server.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.Card;
import io.vfnic.device.admin.CardAdmin;
import io.vfnic.server.support.CountingCard;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Statistics have all that a card counts. */
class StatsMessagesTest {
    private static Card card;

    @BeforeAll
    static void makeCard() {
        card = CountingCard.start();
    }

    @AfterAll
    static void closeCard() {
        card.close();
    }

    @ParameterizedTest
    @MethodSource("io.vfnic.server.support.CountingCard#counters")
    void eachCounterIsThere(String counter) {
        CardAdmin counting = CountingCard.with(counter, card.admin());

        assertThat(Stream.concat(
            StatsMessages.functions(counting).stream().flatMap(stats -> stats.getCountersMap().values().stream()),
            StatsMessages.agents(counting).stream().flatMap(stats -> stats.getCountersMap().values().stream()))
            .filter(value -> value == CountingCard.VALUE)).as(counter).hasSize(1);
    }
}
