package io.vfnic.server.jfr;

import java.io.IOException;
import java.nio.file.Path;
import java.text.ParseException;

import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;

import io.vfnic.server.OwnerFile;

/** A recording of the Flight Recorder that lasts as long as the program and is a file then. */
public final class FlightRecording implements AutoCloseable {
    private static final long MAX_SIZE = 256L << 20;
    private static final int PATIENCE = 1500;
    private static final long PAUSE_MILLIS = 20;

    private final Recording recording;

    private FlightRecording(Recording recording) {
        this.recording = recording;
    }

    /**
     * Begins a recording with the JDK's settings for programs in use and the card's events.
     *
     * @param file written when this is closed, or when the program ends in another way; holds the last 256 MB at the
     *             most.
     * @throws IOException with a message for users, where the file cannot be written.
     */
    public static FlightRecording to(Path file) throws IOException {
        try {
            Recording recording = new Recording(Configuration.getConfiguration("default"));
            recording.setName("vfnic");
            recording.setToDisk(true);
            recording.setMaxSize(MAX_SIZE);
            recording.setDumpOnExit(true);
            OwnerFile.make(file);
            recording.setDestination(file);
            recording.start();
            return new FlightRecording(recording);
        } catch (ParseException e) {
            throw new IOException("the JDK's settings for recordings cannot be read", e);
        }
    }

    /** Ends the recording and returns when the file is written. */
    @Override
    public void close() {
        try {
            if (recording.getState() == RecordingState.RUNNING) {
                recording.stop();
            }
        } catch (IllegalStateException e) {
            // The JDK does the same when a signal ends the program, at the same time.
        }
        // Then it is at work on the file, which must be whole before the program ends.
        for (int i = 0; i < PATIENCE && recording.getState() != RecordingState.CLOSED; i++) {
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
