package io.vfnic.protocol.control;

import com.google.protobuf.UnknownFieldSet;
import io.vfnic.protocol.control.v1.Request;
import io.vfnic.protocol.control.v1.SetVfRequest;
import io.vfnic.protocol.control.v1.VfSettings;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** control.proto, "Versions": what a card does not know in a request is found, however deep it is. */
final class UnknownFieldsTest {
    private static final UnknownFieldSet NUMBER_99 = UnknownFieldSet.newBuilder()
        .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build()).build();

    @Test
    void aRequestOfThisVersionHasNone() {
        Request request = Request.newBuilder().setId(1).setSetVf(SetVfRequest.newBuilder().setVf(1)).build();

        assertThat(UnknownFields.in(request)).isEmpty();
    }

    @Test
    void anUnknownRequestIsOne() {
        Request request = Request.newBuilder().setId(1).setUnknownFields(NUMBER_99).build();

        assertThat(UnknownFields.in(request)).containsExactly("field 99 of Request");
    }

    @Test
    void anUnknownSettingInARequestIsOne() {
        Request request = Request.newBuilder().setSetVf(SetVfRequest.newBuilder()
            .setSet(VfSettings.newBuilder().setVlan(3).setUnknownFields(NUMBER_99))).build();

        assertThat(UnknownFields.in(request)).containsExactly("field 99 of VfSettings");
    }
}
