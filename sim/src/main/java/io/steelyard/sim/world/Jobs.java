package io.steelyard.sim.world;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** All jobs, those that are free among them. As many as there ever were at a time. */
final class Jobs {
  private final List<Job> all = new ArrayList<>();
  private final ArrayDeque<Job> free = new ArrayDeque<>();

  Job begin(Machine machine, Request request) {
    Job job = free.pollLast();
    if (job == null) {
      job = new Job(all.size());
      all.add(job);
    }
    job.machine = machine;
    job.request = request;
    return job;
  }

  Job of(int number) {
    return all.get(number);
  }

  void end(Job job) {
    job.turn++;
    job.request = null;
    job.place = -1;
    free.addLast(job);
  }
}
