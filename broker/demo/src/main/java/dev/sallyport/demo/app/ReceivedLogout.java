package dev.sallyport.demo.app;

import java.time.Instant;

/** A back-channel logout that was accepted: for which tenant, whom, which session (either may be empty), when, and how many local sessions it ended. */
public record ReceivedLogout(String tenant, String subject, String sid, Instant receivedAt, int sessionsEnded) {}
