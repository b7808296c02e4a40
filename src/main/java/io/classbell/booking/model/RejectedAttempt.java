package io.classbell.booking.model;

/** A student whose booking of a meeting was rejected because the wallet did not hold the price. */
public record RejectedAttempt(String meetingId, String studentId) {}
