package io.github.implicitbias.ui;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.util.Locale;
import org.deeplearning4j.ui.VertxUIServer;
import org.jspecify.annotations.Nullable;

/**
 * DL4J's UI server, listening on 127.0.0.1 and answering only requests addressed to this machine.
 *
 * <p>DL4J creates its HTTP server inside {@code start()} and offers no way to set the address it
 * binds. It does get its {@code Vertx} from outside, so it is handed one whose HTTP server binds
 * the loopback address, on the port asked for, behind a check of the Host and Origin headers.
 */
final class LoopbackUIServer extends VertxUIServer {

  static final String ADDRESS = "127.0.0.1";

  private final int port;

  LoopbackUIServer(int port) {
    this.port = port;
  }

  @Override
  public void init(Vertx vertx, Context context) {
    super.init(
        proxy(
            Vertx.class,
            (proxy, method, arguments) -> {
              Object result = invoke(vertx, method, arguments);
              return method.getName().equals("createHttpServer")
                  ? loopback((HttpServer) result)
                  : result;
            }),
        context);
  }

  private HttpServer loopback(HttpServer server) {
    return proxy(
        HttpServer.class,
        (proxy, method, arguments) -> {
          Object result;
          if (method.getName().equals("listen")) {
            result = server.listen(port, ADDRESS, callback(arguments));
          } else if (method.getName().equals("requestHandler") && arguments != null) {
            result = server.requestHandler(guarded(requestHandler(arguments)));
          } else {
            result = invoke(server, method, arguments);
          }
          return result == server ? proxy : result;
        });
  }

  private static Handler<HttpServerRequest> guarded(Handler<HttpServerRequest> handler) {
    return request -> {
      String origin = request.getHeader("Origin");
      if (!isThisMachine(request.host()) || (origin != null && !isThisMachine(host(origin)))) {
        request
            .response()
            .setStatusCode(403)
            .putHeader("content-type", "text/plain; charset=utf-8")
            .end("This training UI answers only requests to localhost or 127.0.0.1.");
        return;
      }
      // The stock pages have no defence of their own against being framed by another site.
      request.response().putHeader("x-frame-options", "SAMEORIGIN");
      handler.handle(request);
    };
  }

  /** Whether a Host header names this machine; any port, for tunnels change it. */
  static boolean isThisMachine(@Nullable String host) {
    if (host == null) {
      return false;
    }
    String name = host.toLowerCase(Locale.ROOT).replaceFirst(":[0-9]{1,5}$", "");
    return name.equals(ADDRESS) || name.equals("localhost") || name.equals("[::1]");
  }

  private static @Nullable String host(String origin) {
    try {
      return URI.create(origin).getAuthority();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  @SuppressWarnings("unchecked") // the types of the one overload DL4J calls
  private static Handler<AsyncResult<HttpServer>> callback(Object[] arguments) {
    return (Handler<AsyncResult<HttpServer>>) arguments[arguments.length - 1];
  }

  @SuppressWarnings("unchecked") // requestHandler has one overload with an argument
  private static Handler<HttpServerRequest> requestHandler(Object[] arguments) {
    return (Handler<HttpServerRequest>) arguments[0];
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
