package io.classbell.embedded.provider;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;

/** A throw-away authority and a certificate that it signed, for the fake PayPal's webhooks. */
final class SigningIdentity {
  private static final String ALGORITHM = "SHA256withRSA";
  private static final AlgorithmIdentifier SHA256_RSA =
      new AlgorithmIdentifier(PKCSObjectIdentifiers.sha256WithRSAEncryption, DERNull.INSTANCE);

  private final X509Certificate authority;
  private final X509Certificate certificate;
  private final PrivateKey key;

  SigningIdentity() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      KeyPair root = generator.generateKeyPair();
      KeyPair leaf = generator.generateKeyPair();
      X500Name rootName = new X500Name("CN=Fake PayPal authority");
      authority = certificate(1, rootName, root, rootName, root, true);
      certificate =
          certificate(
              2, new X500Name("CN=messageverificationcerts.fake"), leaf, rootName, root, false);
      key = leaf.getPrivate();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the signing certificate cannot be made", e);
    }
  }

  private static X509Certificate certificate(
      int serial, X500Name name, KeyPair own, X500Name issuer, KeyPair signer, boolean isAuthority)
      throws GeneralSecurityException, IOException {
    Instant now = Instant.now();
    V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
    generator.setSerialNumber(new ASN1Integer(BigInteger.valueOf(serial)));
    generator.setSignature(SHA256_RSA);
    generator.setIssuer(issuer);
    generator.setSubject(name);
    generator.setStartDate(new Time(Date.from(now.minus(Duration.ofDays(1)))));
    generator.setEndDate(new Time(Date.from(now.plus(Duration.ofDays(3650)))));
    generator.setSubjectPublicKeyInfo(
        SubjectPublicKeyInfo.getInstance(own.getPublic().getEncoded()));
    generator.setExtensions(
        new Extensions(
            new Extension(
                Extension.basicConstraints, true, new BasicConstraints(isAuthority).getEncoded())));
    TBSCertificate unsigned = generator.generateTBSCertificate();
    Signature signature = Signature.getInstance(ALGORITHM);
    signature.initSign(signer.getPrivate());
    signature.update(unsigned.getEncoded("DER"));
    ASN1EncodableVector parts = new ASN1EncodableVector();
    parts.add(unsigned);
    parts.add(SHA256_RSA);
    parts.add(new DERBitString(signature.sign()));
    byte[] encoded = new DERSequence(parts).getEncoded("DER");
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(encoded));
  }

  /** The signing certificate and its authority. */
  String chain() {
    return pem(certificate) + pem(authority);
  }

  String authority() {
    return pem(authority);
  }

  private static String pem(X509Certificate certificate) {
    try {
      return "-----BEGIN CERTIFICATE-----\n"
          + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
          + "\n-----END CERTIFICATE-----\n";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  String sign(String text) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(key);
      signature.update(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  boolean isSigned(String text, String base64) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initVerify(certificate);
      signature.update(text.getBytes(StandardCharsets.UTF_8));
      return signature.verify(Base64.getDecoder().decode(base64));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }
}
