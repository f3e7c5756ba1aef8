package io.steelyard.proxy;

import io.steelyard.core.route.Asked;
import io.steelyard.wire.http1.RequestHead;

/** What routes ask of the head that was parsed last. Loop thread only. */
record HeadAsked(RequestHead head) implements Asked {
  @Override
  public int methodFrom() {
    return head.methodFrom();
  }

  @Override
  public int methodTo() {
    return head.methodTo();
  }

  @Override
  public boolean findField(byte[] lowerName) {
    return head.findField(lowerName);
  }

  @Override
  public boolean findNextField(byte[] lowerName) {
    return head.findNextField(lowerName);
  }

  @Override
  public int foundFrom() {
    return head.foundFrom();
  }

  @Override
  public int foundTo() {
    return head.foundTo();
  }
}
