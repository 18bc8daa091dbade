// A host that runs lwIP instead of the kernel's stack: a second real TCP to try rstprobe against.
//
//   lwip-host INTERFACE IPV4/PREFIX GATEWAY4 IPV6 GATEWAY6 GATEWAY-MAC [hang-up]
//
// It speaks through a packet socket with the interface's own link address and listens on port 80
// in both families, and closes after its peer, or at once with "hang-up". The kernel is kept from answering by a filter rule before its stack.
// GATEWAY6 is the router's link-local address: this build of lwIP learns routers only from
// advertisements, so one is made here and handed to it, and nothing needs to send any.

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lwip/etharp.h"
#include "lwip/ethip6.h"
#include "lwip/inet_chksum.h"
#include "lwip/ip6_addr.h"
#include "lwip/netif.h"
#include "lwip/pbuf.h"
#include "lwip/tcp.h"
#include "lwip/tcpip.h"

static int wire = -1;
static struct netif host;
static unsigned char link_address[6];
static int hangs_up;

static void fail(const char *doing) {
  perror(doing);
  exit(1);
}

// The interface

static err_t transmit(struct netif *netif, struct pbuf *packet) {
  unsigned char frame[2048];
  u16_t length = pbuf_copy_partial(packet, frame, sizeof frame, 0);
  (void)netif;
  return send(wire, frame, length, 0) == length ? ERR_OK : ERR_IF;
}

static err_t prepare(struct netif *netif) {
  netif->name[0] = 'w';
  netif->name[1] = 'r';
  netif->output = etharp_output;
  netif->output_ip6 = ethip6_output;
  netif->linkoutput = transmit;
  netif->mtu = 1500;
  netif->hwaddr_len = 6;
  memcpy(netif->hwaddr, link_address, 6);
  netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_MLD6;
  return ERR_OK;
}

static void deliver(const unsigned char *frame, u16_t length) {
  struct pbuf *packet = pbuf_alloc(PBUF_RAW, length, PBUF_POOL);
  if (packet == NULL) return;
  pbuf_take(packet, frame, length);
  if (host.input(packet, &host) != ERR_OK) pbuf_free(packet);
}

static void open_wire(const char *interface) {
  struct ifreq request = {0};
  struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
  int one = 1, room = 16 << 20;
  wire = socket(AF_PACKET, SOCK_RAW, 0);
  if (wire < 0) fail("packet socket");
  setsockopt(wire, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
  setsockopt(wire, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof one);
  snprintf(request.ifr_name, sizeof request.ifr_name, "%s", interface);
  if (ioctl(wire, SIOCGIFHWADDR, &request) < 0) fail(interface);
  memcpy(link_address, request.ifr_hwaddr.sa_data, 6);
  address.sll_ifindex = (int)if_nametoindex(interface);
  if (bind(wire, (struct sockaddr *)&address, sizeof address) < 0) fail("bind");
}

// The server

static err_t received(void *state, struct tcp_pcb *connection, struct pbuf *data, err_t error) {
  (void)state;
  (void)error;
  if (data == NULL) {
    if (tcp_close(connection) == ERR_OK) return ERR_OK;
    tcp_abort(connection);
    return ERR_ABRT;
  }
  tcp_recved(connection, data->tot_len);
  pbuf_free(data);
  return ERR_OK;
}

static err_t accepted(void *state, struct tcp_pcb *connection, err_t error) {
  (void)state;
  if (error != ERR_OK || connection == NULL) return ERR_VAL;
  tcp_recv(connection, received);
  return hangs_up ? tcp_close(connection) : ERR_OK;
}

// The router advertisement

static void advertise(const char *router, const unsigned char *router_link) {
  unsigned char frame[14 + 40 + 24] = {0x33, 0x33, 0, 0, 0, 1};
  unsigned char *ip = frame + 14, *icmp = ip + 40;
  unsigned char everyone[16] = {0xff, 0x02, [15] = 1};
  unsigned long sum = 24 + 58;
  memcpy(frame + 6, router_link, 6);
  frame[12] = 0x86;
  frame[13] = 0xdd;
  ip[0] = 0x60;
  ip[5] = 24;
  ip[6] = 58;
  ip[7] = 255;
  if (inet_pton(AF_INET6, router, ip + 8) != 1) fail(router);
  memcpy(ip + 24, everyone, 16);
  icmp[0] = 134;                // RFC 4861, section 4.2
  icmp[4] = 64;                 // current hop limit
  icmp[6] = icmp[7] = 0xff;     // router lifetime
  icmp[16] = icmp[17] = 1;      // source link-layer address, 8 octets
  memcpy(icmp + 18, router_link, 6);
  for (int i = 8; i < 40 + 24; i += 2) sum += (unsigned long)(ip[i] << 8 | ip[i + 1]);
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  icmp[2] = (unsigned char)(~sum >> 8);
  icmp[3] = (unsigned char)~sum;
  deliver(frame, sizeof frame);
}

static void parse_link_address(const char *text, unsigned char *address) {
  if (sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", address, address + 1, address + 2, address + 3,
             address + 4, address + 5) != 6) {
    fprintf(stderr, "not a link address: %s\n", text);
    exit(2);
  }
}

int main(int count, char **words) {
  ip4_addr_t address, mask, gateway;
  ip6_addr_t address6;
  unsigned char router_link[6];
  hangs_up = count == 8 && strcmp(words[7], "hang-up") == 0;
  char *prefix = count == 7 + hangs_up ? strchr(words[2], '/') : NULL;
  if (prefix == NULL) {
    fprintf(stderr,
            "usage: lwip-host IF IPV4/PREFIX GATEWAY4 IPV6 GATEWAY6 GATEWAY-MAC [hang-up]\n");
    return 2;
  }
  *prefix++ = 0;
  ip4_addr_set_u32(&mask, htonl(~0u << (32 - atoi(prefix))));
  parse_link_address(words[6], router_link);
  if (!ip4addr_aton(words[2], &address) || !ip4addr_aton(words[3], &gateway) ||
      !ip6addr_aton(words[4], &address6)) {
    fprintf(stderr, "not an address\n");
    return 2;
  }
  open_wire(words[1]);
  tcpip_init(NULL, NULL);

  LOCK_TCPIP_CORE();
  netif_add(&host, &address, &mask, &gateway, NULL, prepare, tcpip_input);
  netif_set_default(&host);
  netif_set_link_up(&host);
  netif_set_up(&host);
  netif_create_ip6_linklocal_address(&host, 1);
  netif_ip6_addr_set_state(&host, 0, IP6_ADDR_PREFERRED);
  ip6_addr_assign_zone(&address6, IP6_UNICAST, &host);
  netif_ip6_addr_set(&host, 1, &address6);
  netif_ip6_addr_set_state(&host, 1, IP6_ADDR_PREFERRED);
  struct tcp_pcb *server = tcp_new_ip_type(IPADDR_TYPE_ANY);
  if (server == NULL || tcp_bind(server, IP_ANY_TYPE, 80) != ERR_OK) fail("bind port 80");
  server = tcp_listen_with_backlog(server, 64);
  tcp_accept(server, accepted);
  etharp_request(&host, &gateway);
  UNLOCK_TCPIP_CORE();
  advertise(words[5], router_link);

  puts("ready");
  fflush(stdout);
  for (;;) {
    unsigned char frame[2048];
    struct sockaddr_ll from;
    socklen_t size = sizeof from;
    ssize_t length = recvfrom(wire, frame, sizeof frame, 0, (struct sockaddr *)&from, &size);
    if (length > 0 && from.sll_pkttype != PACKET_OTHERHOST) deliver(frame, (u16_t)length);
  }
}
