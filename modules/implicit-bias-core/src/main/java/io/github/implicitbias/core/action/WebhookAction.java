package io.github.implicitbias.core.action;

import io.github.implicitbias.run.Event;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A POST request. */
final class WebhookAction extends Action {

  private static final int LAST_CONTROL = 0x1f;

  private final URI address;
  private final Duration timeout;
  private @Nullable HttpClient client;

  WebhookAction(URI address, Duration timeout) {
    String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https") || address.getHost() == null) {
      throw new IllegalArgumentException(
          "webhook(" + address + "): give an address that begins with http:// or https://");
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("webhook(..., " + timeout + "): give more than no time");
    }
    this.address = address;
    this.timeout = timeout;
  }

  @Override
  Work prepare(Occasion occasion) {
    return () -> send(body(occasion));
  }

  private void send(String body) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    int status = client().send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    if (status / 100 != 2) {
      throw new IOException("the answer has the status " + status);
    }
  }

  private synchronized HttpClient client() {
    HttpClient made =
        client == null ? HttpClient.newBuilder().connectTimeout(timeout).build() : client;
    client = made;
    return made;
  }

  private static String body(Occasion occasion) {
    Event event = occasion.event;
    return "{\"run\":"
        + quoted(occasion.header.id().toString())
        + ",\"session\":"
        + quoted(occasion.header.sessionId())
        + ",\"name\":"
        + quoted(occasion.header.name())
        + ",\"step\":"
        + event.step()
        + ",\"trigger\":"
        + quoted(occasion.trigger)
        + ",\"detail\":"
        + quoted(event.detail())
        + "}";
  }

  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c <= LAST_CONTROL || Character.isSurrogate(c)) {
        json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }

  @Override
  long graceMillis() {
    return timeout.toMillis();
  }

  @Override
  public String toString() {
    return "webhook " + address;
  }
}
