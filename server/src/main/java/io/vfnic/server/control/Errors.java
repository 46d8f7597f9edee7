package io.vfnic.server.control;

import io.vfnic.device.admin.RefusedException;
import io.vfnic.protocol.control.v1.Error;

/** Errors in words. */
public final class Errors {
    private Errors() {
    }

    /** An error that is about no function. */
    public static Error of(Error.Code code, String message, String remedy) {
        return Error.newBuilder().setCode(code).setMessage(message).setRemedy(remedy).build();
    }

    /** What the card says of an operation that it refuses. */
    public static Error of(RefusedException refused) {
        Error.Code code = switch (refused.reason()) {
            case INVALID -> Error.Code.CODE_INVALID_ARGUMENT;
            case NOT_FOUND -> Error.Code.CODE_NOT_FOUND;
            case REFUSED -> Error.Code.CODE_REFUSED;
        };
        return of(code, refused.getMessage(), refused.remedy()).toBuilder().setFunction(refused.function()).build();
    }
}
