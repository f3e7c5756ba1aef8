import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * nginx as an expert would tune it: no logs, kept connections to servers, nothing through files.
 */
record Nginx() implements Contestant {
  private static final Path STREAM_MODULE = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");

  @Override
  public String name() {
    return "nginx";
  }

  /** TCP needs a module that Debian packages apart (libnginx-mod-stream). */
  @Override
  public boolean measures(Row row) {
    return !row.relaysTcp() || Files.exists(STREAM_MODULE);
  }

  @Override
  public List<String> command(Setting setting) throws IOException {
    Path file = setting.dir().resolve("nginx.conf");
    Files.writeString(file, configuration(setting));
    Path log = setting.dir().resolve("error.log");
    return List.of(
        "nginx", "-p", setting.dir().toString(), "-e", log.toString(), "-c", file.toString());
  }

  private static String configuration(Setting setting) {
    String servers =
        setting.servers().stream()
            .map(port -> "server 127.0.0.1:" + port + ";")
            .collect(Collectors.joining(" "));
    boolean http = setting.protocol() == Protocol.HTTP;
    String module = http ? "" : "load_module " + STREAM_MODULE + ";\n";
    return module
        + MAIN.formatted(setting.threads())
        + (http ? HTTP : STREAM).formatted(servers, setting.port());
  }

  private static final String MAIN =
      """
      daemon off;
      user root;
      worker_processes %d;
      pid nginx.pid;
      error_log error.log error;
      events { worker_connections 18000; }
      """;

  private static final String HTTP =
      """
      http {
        access_log off;
        client_body_temp_path client; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
        tcp_nodelay on;
        keepalive_timeout 600s;
        keepalive_requests 1000000000;
        upstream app {
          %s
          keepalive 256;
          keepalive_requests 1000000000;
          keepalive_timeout 600s;
        }
        server {
          listen 127.0.0.1:%d backlog=4096;
          location / {
            proxy_pass http://app;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_buffer_size 16k;
            proxy_buffers 16 64k;
            proxy_busy_buffers_size 256k;
            proxy_max_temp_file_size 0;
          }
        }
      }
      """;

  private static final String STREAM =
      """
      stream {
        upstream app { %s }
        server { listen 127.0.0.1:%d backlog=4096; tcp_nodelay on; proxy_buffer_size 64k; proxy_pass app; }
      }
      """;
}
