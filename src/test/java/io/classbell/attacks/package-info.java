/**
 * The attack list of the security notes, tried over real HTTP and WebSocket on whole nodes. What
 * one part of the platform refuses by itself has its tests beside that part; {@code
 * src/docs/security.md} says which line is proved where.
 */
package io.classbell.attacks;
