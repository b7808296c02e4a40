package io.classbell.payment.paypal;

import io.classbell.platform.outgoing.OutgoingClient;
import io.classbell.platform.outgoing.OutgoingRequest;
import io.classbell.platform.outgoing.OutgoingResult.Answered;
import io.classbell.platform.outgoing.OutgoingRetry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathValidator;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PayPal's signing certificates: fetched from allowed hosts only, without redirects, their chain
 * checked, and cached for a day.
 */
public final class SigningCertificates {
  private static final Logger LOG = LoggerFactory.getLogger(SigningCertificates.class);
  private static final Duration LIFE = Duration.ofDays(1);
  private static final Duration LIMIT = Duration.ofSeconds(3);
  private static final int MOST_CACHED = 16;
  private static final int MOST_BYTES = 65_536;

  private final OutgoingClient http;
  private final Set<String> hosts;
  private final String path;
  private final boolean testMode;
  private final @Nullable String authority;
  private final Supplier<Instant> realNow;
  private final Map<String, Cached> cache = new ConcurrentHashMap<>();

  private record Cached(X509Certificate certificate, Instant until) {}

  /**
   * @param apiUrl whose path certificates are under
   * @param authority PEM file of the authority; null for those that Java knows
   */
  public SigningCertificates(
      OutgoingClient http,
      List<String> hosts,
      String apiUrl,
      @Nullable String authority,
      boolean testMode,
      Supplier<Instant> realNow) {
    this.http = http;
    this.hosts = Set.copyOf(hosts);
    this.path =
        String.valueOf(URI.create(apiUrl).getPath()).replaceAll("/+$", "")
            + "/v1/notifications/certs/";
    this.authority = authority;
    this.testMode = testMode;
    this.realNow = realNow;
  }

  /** Whether a certificate may come from this URL. */
  boolean isAllowed(String url) {
    try {
      URI uri = new URI(url);
      boolean secure = "https".equals(uri.getScheme()) && uri.getPort() == -1;
      boolean local = testMode && "http".equals(uri.getScheme());
      String host = uri.getHost();
      return host != null
          && (secure || local)
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null
          && hosts.contains(host.toLowerCase(Locale.ROOT))
          && uri.getRawPath().startsWith(path)
          && uri.getRawPath().substring(path.length()).matches("[\\w.-]{1,200}");
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** Returns the certificate at a URL; null if it may not sign. */
  @Nullable X509Certificate of(String url) {
    if (!isAllowed(url)) {
      return null;
    }
    Instant now = realNow.get();
    Cached known = cache.get(url);
    if (known != null && now.isBefore(known.until)) {
      return known.certificate;
    }
    X509Certificate fetched = fetch(url, now);
    if (fetched != null) {
      if (cache.size() >= MOST_CACHED) {
        cache.clear();
      }
      cache.put(url, new Cached(fetched, now.plus(LIFE)));
    }
    return fetched;
  }

  private @Nullable X509Certificate fetch(String url, Instant now) {
    OutgoingRequest request =
        OutgoingRequest.get("paypal", "get_certificate", URI.create(url))
            .deadline(LIMIT)
            .maxResponseBytes(MOST_BYTES)
            .retry(OutgoingRetry.attempts(2));
    if (!(http.send(request).await() instanceof Answered answer) || answer.status() != 200) {
      LOG.warn("A signing certificate of PayPal cannot be fetched");
      return null;
    }
    try {
      return checked(answer.body().getBytes(), now);
    } catch (GeneralSecurityException | IOException e) {
      LOG.warn("A signing certificate of PayPal is not trusted: {}", e.getMessage());
      return null;
    }
  }

  private X509Certificate checked(byte[] pem, Instant now)
      throws GeneralSecurityException, IOException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> chain = new ArrayList<>();
    for (Certificate one : factory.generateCertificates(new ByteArrayInputStream(pem))) {
      chain.add((X509Certificate) one);
    }
    if (chain.isEmpty()) {
      throw new CertificateException("there is no certificate");
    }
    Set<TrustAnchor> anchors = anchors(factory);
    List<X509Certificate> below =
        chain.stream()
            .filter(c -> anchors.stream().noneMatch(a -> c.equals(a.getTrustedCert())))
            .toList();
    PKIXParameters parameters = new PKIXParameters(anchors);
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(now));
    CertPathValidator.getInstance("PKIX").validate(factory.generateCertPath(below), parameters);
    X509Certificate signer = chain.getFirst();
    if (authority == null && !isOfPayPal(signer)) {
      throw new CertificateException("it is not of paypal.com");
    }
    return signer;
  }

  /** With public authorities, the name must be PayPal's. */
  private static boolean isOfPayPal(X509Certificate certificate) throws CertificateException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    return names != null
        && names.stream()
            .map(name -> String.valueOf(name.get(1)))
            .anyMatch(name -> name.endsWith(".paypal.com"));
  }

  private Set<TrustAnchor> anchors(CertificateFactory factory)
      throws GeneralSecurityException, IOException {
    Set<TrustAnchor> anchors = new HashSet<>();
    if (authority != null) {
      byte[] pem = Files.readAllBytes(Path.of(authority));
      for (Certificate one : factory.generateCertificates(new ByteArrayInputStream(pem))) {
        anchors.add(new TrustAnchor((X509Certificate) one, null));
      }
      return anchors;
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init((KeyStore) null);
    for (TrustManager manager : trust.getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        for (X509Certificate root : x509.getAcceptedIssuers()) {
          anchors.add(new TrustAnchor(root, null));
        }
      }
    }
    return anchors;
  }
}
