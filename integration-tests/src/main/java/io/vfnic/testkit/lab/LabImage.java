package io.vfnic.testkit.lab;

import com.github.dockerjava.api.exception.NotFoundException;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.utility.DockerImageName;

/** The guest-lab image of this source tree, known to be there, and the accelerator that works with it. */
record LabImage(DockerImageName name, String accelerator) {
    /**
     * Looks the image up.
     *
     * @throws IllegalStateException where there is no Docker engine or no such image; says which command mends it
     */
    static LabImage find(Checkout checkout) {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            throw new IllegalStateException(
                "no Docker engine answers: integration-tests/verify installs and starts one");
        }
        String tag = checkout.ask("qemu-configs/guest-lab/build", "--tag");
        try {
            DockerClientFactory.instance().client().inspectImageCmd(tag).exec();
        } catch (NotFoundException e) {
            throw new IllegalStateException(
                "there is no image " + tag + ": qemu-configs/guest-lab/build (as root) makes it", e);
        }
        return new LabImage(DockerImageName.parse(tag), checkout.ask("qemu-configs/guest-lab/accel"));
    }
}
