package io.steelyard.testkit;

import java.nio.file.Path;

/** What an nginx is told whose files are all below one directory, in the foreground. */
public final class NginxConfiguration {
  private NginxConfiguration() {}

  /** With what stands outside of the {@code http} block, and what stands in it. */
  public static String of(Path dir, String main, String http) {
    return """
    daemon off;
    pid %1$s/pid;
    error_log %1$s/error.log warn;
    %2$s
    http {
      access_log off;
      client_body_temp_path %1$s/body;
      proxy_temp_path %1$s/proxy;
      fastcgi_temp_path %1$s/fastcgi;
      uwsgi_temp_path %1$s/uwsgi;
      scgi_temp_path %1$s/scgi;
      %3$s
    }
    """
        .formatted(dir, main, http);
  }
}
