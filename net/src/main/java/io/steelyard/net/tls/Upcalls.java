package io.steelyard.net.tls;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/** Methods of this package that C may call. */
@SuppressWarnings("restricted")
final class Upcalls {
  private Upcalls() {}

  /** A function that calls this method, for as long as the arena lives. */
  static MemorySegment to(Object target, String method, FunctionDescriptor shape, Arena arena) {
    try {
      MethodHandle handle =
          MethodHandles.lookup().findVirtual(target.getClass(), method, shape.toMethodType());
      return Linker.nativeLinker().upcallStub(handle.bindTo(target), shape, arena);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(method, e);
    }
  }
}
