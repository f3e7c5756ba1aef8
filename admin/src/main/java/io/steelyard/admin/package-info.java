/** The admin HTTP API: liveness, readiness, metrics, status. Runs on virtual threads. */
package io.steelyard.admin;
