package io.steelyard.app.shared;

import io.steelyard.config.FromConfig;
import io.steelyard.testkit.consul.FakeConsulProcess;
import java.io.IOException;
import java.nio.file.Path;

/** A node whose listeners and pools stand in a fake of Consul, which is a process of its own. */
final class ConsulLauncherTest extends SharedNode {
  private FakeConsulProcess consul;

  ConsulLauncherTest() {
    super(FromConfig.Kind.CONSUL);
  }

  @Override
  String begin(Path storeDir) throws IOException {
    consul = FakeConsulProcess.start(storeDir);
    return consul.endpoint();
  }

  @Override
  void end() {
    consul.close();
  }

  @Override
  void kill() {
    consul.kill();
  }

  @Override
  void restart() throws Exception {
    consul.restart();
  }

  @Override
  void restartEmpty() throws Exception {
    consul.restartEmpty();
  }

  @Override
  void signal(String name) throws Exception {
    consul.signal(name);
  }
}
