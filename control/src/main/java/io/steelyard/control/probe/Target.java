package io.steelyard.control.probe;

import io.steelyard.control.check.Question;
import io.steelyard.core.server.ServerState;
import java.time.Duration;

/**
 * A server to check, and how. Equal targets are checked alike, so a probe that has one goes on when
 * a reload brings an equal one. How many results make a verdict does not belong to it.
 *
 * @param interval between two checks
 * @param fastInterval the same while a verdict is changing
 */
public record Target(
    ServerState state, Question question, Duration interval, Duration fastInterval) {}
