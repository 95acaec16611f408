var L="http://www.w3.org/2000/svg";function d(e,t="",...r){let o=document.createElement(e);return t&&(o.className=t),o.append(...r),o}function h(e,t={}){let r=document.createElementNS(L,e);for(let[o,i]of Object.entries(t))r.setAttribute(o,String(i));return r}function x(e,t){e.textContent!==t&&(e.textContent=t)}function l(e,t,r){r===null?e.hasAttribute(t)&&e.removeAttribute(t):e.getAttribute(t)!==r&&e.setAttribute(t,r)}function g(e,t){e.hidden===t&&(e.hidden=!t)}function M(e,...t){e.adoptedStyleSheets=t.map(r=>{let o=new CSSStyleSheet;return o.replaceSync(r),o})}function y({host:e}){let t=getComputedStyle(e).getPropertyValue("--st-background-color").trim(),[r=255,o=255,i=255]=z(t);l(e,"data-theme",.2126*r+.7152*o+.0722*i<128?"dark":"light")}function z(e){let t=/^#([0-9a-f]{3,8})$/i.exec(e)?.[1];if(!t)return(e.match(/[\d.]+/g)??[]).slice(0,3).map(Number);let r=t.length<6?[...t].map(o=>o+o).join(""):t;return[0,2,4].map(o=>Number.parseInt(r.slice(o,o+2),16))}function $(e){return H(e)?"–":e.toFixed(0).replace(/\B(?=(\d{3})+$)/g,",")}function H(e){return e==null||!Number.isFinite(e)}var C={search:"M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9ZM10.3 10.3l3.4 3.4",clear:"M4 4l8 8M12 4l-8 8",more:"M3.2 8h.01M8 8h.01M12.8 8h.01",edit:"M3 13l.6-2.8L10.8 3a1.3 1.3 0 0 1 1.9 0l.3.3a1.3 1.3 0 0 1 0 1.9L5.8 12.4 3 13Z",table:"M2.5 4h11M2.5 8h11M2.5 12h11",columns:"M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10",cards:"M2.5 3h4.6v4.2H2.5zM8.9 3h4.6v4.2H8.9zM2.5 8.8h4.6V13H2.5zM8.9 8.8h4.6V13H8.9z",comfortable:"M2.5 4.2h11M2.5 11.8h11",compact:"M2.5 3h11M2.5 6.3h11M2.5 9.7h11M2.5 13h11",down:"M4 6.2 8 10l4-3.8",ascending:"M8 12.5v-9M4.5 7 8 3.5 11.5 7",descending:"M8 3.5v9M4.5 9 8 12.5 11.5 9",check:"M3.5 8.5l3 3 6-7",shared:"M5.8 7.4a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4ZM1.8 13c0-2.2 1.8-3.6 4-3.6s4 1.4 4 3.6M10.6 3.2a2.1 2.1 0 0 1 0 4M11.8 9.6c1.5.4 2.5 1.6 2.5 3.4",private:"M4 7.2h8V13H4zM5.7 7.2V5a2.3 2.3 0 0 1 4.6 0v2.2"};function v(e){let t=h("svg",{viewBox:"0 0 16 16",class:`icon icon-${e}`,"aria-hidden":"true"});return t.append(h("path",{d:C[e]})),t}function N(){let e=h("svg",{viewBox:"0 0 16 16",class:"star",role:"img","aria-label":"Default"});return e.append(h("path",{d:"M8 1.6l1.9 4.1 4.5.5-3.3 3 .9 4.4L8 11.4l-4 2.2.9-4.4-3.3-3 4.5-.5Z"})),e}var u=4;function A(e,t,r){let o=t.getBoundingClientRect(),{width:i,height:n}=e.getBoundingClientRect(),a=r==="end"?o.right-i:o.left,s=o.bottom+u,p=s+n>innerHeight-u&&o.top-u-n>0?o.top-u-n:s;e.style.left=`${Math.max(u,Math.min(a,innerWidth-i-u))}px`,e.style.top=`${Math.max(u,Math.min(p,innerHeight-n-u))}px`}var P="ekmanager-leave";function E(){return document.dispatchEvent(new CustomEvent(P,{cancelable:!0}))}var D=[{name:"offline",word:"Offline",rank:0,chip:4,path:"M2.5 1.5h7a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1Z"},{name:"error",word:"Error",rank:1,chip:3,path:"M6 .4 11.6 6 6 11.6.4 6Z"},{name:"unauthorized",word:"Unauthorized",rank:2,chip:2,path:"M6 .9 11.7 11H.3Z"},{name:"checking",word:"Checking",rank:3,chip:1,path:"M6 .8a5.2 5.2 0 1 1 0 10.4A5.2 5.2 0 0 1 6 .8Zm0 1.6v7.2a3.6 3.6 0 0 0 0-7.2Z"},{name:"unknown",word:"Unknown",rank:4,chip:5,path:"M6 .8a5.2 5.2 0 1 1 0 10.4A5.2 5.2 0 0 1 6 .8Zm0 1.8a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8Z"},{name:"online",word:"Online",rank:5,chip:0,path:"M6 .8a5.2 5.2 0 1 1 0 10.4A5.2 5.2 0 0 1 6 .8Z"}],m=Object.fromEntries(D.map(e=>[e.name,e])),B={O:"online",F:"offline",U:"unauthorized",E:"error",N:"unknown"};function S(e){return B[String(e)]??"unknown"}function w(e=m){let t=h("path",{"fill-rule":"evenodd"}),r=h("svg",{viewBox:"0 0 12 12",class:"mark","aria-hidden":"true"});r.append(t);let o;return{node:r,set(i){i!==o&&(o=i,t.setAttribute("d",e[i].path),r.setAttribute("data-status",i))}}}var T=`:host {
  --surface: var(--st-background-color, #fff);
  --raised: var(--st-secondary-background-color, #f4f6f9);
  --text: var(--st-text-color, #111827);
  --muted: color-mix(in srgb, var(--text) 68%, var(--surface));
  --faint: color-mix(in srgb, var(--text) 22%, var(--surface));
  --line: color-mix(in srgb, var(--text) 11%, var(--surface));
  --edge: color-mix(in srgb, var(--text) 20%, var(--surface));
  --hover: color-mix(in srgb, var(--text) 4.5%, var(--surface));
  --accent: var(--st-primary-color, #2f54c8);
  --online: var(--st-green-color, #16a34a);
  --offline: var(--st-red-color, #d92d20);
  --unauthorized: var(--st-orange-color, #d97706);
  --error: var(--st-violet-color, #7c3aed);
  --checking: var(--st-blue-color, #2563eb);
  --unknown: var(--st-gray-color, #7b8494);
  --online-text: var(--st-green-text-color, #15803d);
  --offline-text: var(--st-red-text-color, #b42318);
  --unauthorized-text: var(--st-orange-text-color, #9a4f05);
  --error-text: var(--st-violet-text-color, #6d28d9);
  --checking-text: var(--st-blue-text-color, #1d4ed8);
  --unknown-text: var(--st-gray-text-color, #5b6472);
  --radius: var(--st-base-radius, 8px);
  --small: 0.8125rem;
  --tiny: 0.75rem;
  color: var(--text);
  font-family: var(--st-font, sans-serif);
  font-size: 0.875rem;
  line-height: 1.35;
  font-variant-numeric: tabular-nums;
}

:host([data-theme="dark"]) {
  color-scheme: dark;
}

:host([data-theme="light"]) {
  color-scheme: light;
}

*,
*::before,
*::after {
  box-sizing: border-box;
}

[hidden] {
  display: none !important;
}

button,
input,
select {
  font: inherit;
  color: inherit;
  letter-spacing: inherit;
}

button {
  cursor: pointer;
  background: none;
  border: 0;
  padding: 0;
}

:focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: 1px;
}

.icon {
  width: 16px;
  height: 16px;
  flex: none;
  fill: none;
  stroke: currentColor;
  stroke-width: 1.5;
  stroke-linecap: round;
  stroke-linejoin: round;
}

.icon-more {
  stroke-width: 2.4;
}

.mark {
  width: 10px;
  height: 10px;
  flex: none;
}

[data-status="online"] {
  --tone: var(--online);
  --tone-text: var(--online-text);
}
[data-status="offline"] {
  --tone: var(--offline);
  --tone-text: var(--offline-text);
}
[data-status="unauthorized"] {
  --tone: var(--unauthorized);
  --tone-text: var(--unauthorized-text);
}
[data-status="error"] {
  --tone: var(--error);
  --tone-text: var(--error-text);
}
[data-status="checking"] {
  --tone: var(--checking);
  --tone-text: var(--checking-text);
}
[data-status="unknown"] {
  --tone: var(--unknown);
  --tone-text: var(--unknown-text);
}

.mark {
  fill: var(--tone);
}

.check {
  width: 16px;
  height: 16px;
  margin: 0;
  accent-color: var(--accent);
  cursor: pointer;
}

.menu,
.panel,
.tip {
  position: fixed;
  inset: auto;
  margin: 0;
  color: var(--text);
  background: var(--surface);
  border: 1px solid var(--edge);
  border-radius: var(--radius);
  box-shadow: 0 8px 28px rgb(8 15 30 / 0.16), 0 1px 3px rgb(8 15 30 / 0.1);
  font-size: 0.875rem;
}

.menu {
  padding: 4px;
  min-width: 168px;
}

.menu:popover-open {
  display: grid;
}

.menu-item {
  text-align: left;
  padding: 6px 10px;
  border-radius: calc(var(--radius) - 3px);
}

.menu-item:hover,
.menu-item:focus-visible {
  background: var(--raised);
  outline: none;
}

.menu-item:focus-visible {
  box-shadow: inset 0 0 0 2px var(--accent);
}

.menu-item.apart {
  margin-top: 9px;
  position: relative;
}

.menu-item.apart::before {
  content: "";
  position: absolute;
  inset: -5px 2px auto;
  border-top: 1px solid var(--line);
}

.danger {
  color: var(--offline-text);
}

.panel {
  padding: 6px;
  min-width: 180px;
  max-width: min(320px, 90vw);
  max-height: min(340px, 70vh);
  overflow: auto;
}

.panel-row {
  display: flex;
  align-items: center;
  gap: 10px;
  padding: 5px 8px;
  border-radius: calc(var(--radius) - 3px);
  cursor: pointer;
}

.panel-row:hover {
  background: var(--raised);
}

.panel-text {
  flex: 1;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.panel-find {
  width: 100%;
  height: 30px;
  margin-bottom: 4px;
  padding: 0 8px;
  border: 1px solid var(--edge);
  border-radius: calc(var(--radius) - 3px);
  background: var(--surface);
}

.panel-foot {
  display: block;
  margin: 4px 8px;
}

.tip {
  pointer-events: none;
  padding: 6px 10px;
  font-size: var(--small);
  white-space: nowrap;
}

.tip-status {
  display: flex;
  align-items: center;
  gap: 6px;
}

.tip-status b {
  margin-left: auto;
  padding-left: 12px;
  font-weight: 600;
}

.tip-time {
  color: var(--muted);
  font-size: var(--tiny);
}

@media (prefers-reduced-motion: no-preference) {
  .chip,
  .control,
  .icon-button,
  .row,
  .card {
    transition: background-color 0.12s, border-color 0.12s, color 0.12s;
  }
}
`;var U=`.switcher {
  position: relative;
}

.current {
  display: grid;
  grid-template-columns: 10px minmax(0, 1fr) 12px;
  align-items: center;
  gap: 1px 10px;
  width: 100%;
  min-height: 50px;
  padding: 7px 12px;
  text-align: left;
  border: 1px solid var(--edge);
  border-radius: var(--radius);
  background: var(--raised);
}

.current:hover,
.current[aria-expanded="true"] {
  border-color: var(--accent);
}

.current .icon {
  width: 12px;
  height: 12px;
  color: var(--muted);
  grid-row: 1 / 3;
  grid-column: 3;
}

.current-name {
  font-weight: 600;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.current-status {
  grid-column: 2;
  font-size: var(--tiny);
  color: var(--tone-text, var(--muted));
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.list-panel {
  position: fixed;
  inset: auto;
  margin: 0;
  padding: 0;
  width: min(360px, calc(100vw - 16px));
  max-height: min(480px, calc(100vh - 24px));
  color: var(--text);
  background: var(--surface);
  border: 1px solid var(--edge);
  border-radius: var(--radius);
  box-shadow: 0 12px 40px rgb(8 15 30 / 0.22), 0 1px 3px rgb(8 15 30 / 0.1);
  overflow: hidden;
}

.list-panel:popover-open {
  display: flex;
  flex-direction: column;
}

.find {
  display: flex;
  align-items: center;
  gap: 8px;
  padding: 0 12px;
  height: 42px;
  flex: none;
  border-bottom: 1px solid var(--line);
  color: var(--muted);
}

.find input {
  flex: 1;
  min-width: 0;
  border: 0;
  outline: 0;
  padding: 0;
  background: none;
  color: var(--text);
}

.find input::placeholder {
  color: var(--muted);
  opacity: 1;
}

.options {
  overflow: hidden auto;
  scrollbar-width: thin;
  scrollbar-color: var(--faint) transparent;
  padding: 4px;
  min-height: 44px;
}

.options-canvas {
  position: relative;
}

.option {
  position: absolute;
  top: 0;
  left: 0;
  width: 100%;
  height: 44px;
  transform: translateY(var(--top));
  display: grid;
  grid-template-columns: 10px minmax(0, 1fr) auto;
  align-items: center;
  align-content: center;
  gap: 0 10px;
  padding: 0 10px;
  border-radius: calc(var(--radius) - 3px);
  cursor: pointer;
}

.option.is-at {
  background: var(--raised);
  box-shadow: inset 0 0 0 1px var(--edge);
}

.option[aria-selected="true"] .option-name {
  font-weight: 600;
}

.option-name,
.option-note {
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.option-note {
  grid-column: 2;
  color: var(--muted);
  font-size: var(--tiny);
}

.option-side {
  grid-row: 1 / 3;
  grid-column: 3;
  display: flex;
  gap: 6px;
  align-items: center;
  color: var(--muted);
}

.option-side .icon,
.option-side .star {
  width: 13px;
  height: 13px;
}

.star {
  fill: var(--unauthorized);
}

.no-option {
  padding: 12px;
  color: var(--muted);
}
`;var f=44,O=4;function W([e,t,r,o,i,n]){return{id:e,name:t,shown:o&1?"checking":S(r),isDefault:!!(o&2),shared:!!(o&4),url:i,reason:n,text:`${t}
${i}`.toLowerCase()}}function Z(e,t){let r=t.toLowerCase().split(/\s+/).filter(Boolean);return e.filter(o=>r.every(i=>o.text.includes(i)))}function I(e){let t=w(),r=d("span","option-name"),o=d("span","option-note"),i=d("span","option-side"),n=d("div","option",t.node,r,i,o);n.setAttribute("role","option"),n.dataset.id=e.id;let a="";return{node:n,set(s,p){t.set(s.shown),x(r,s.name),x(o,`${m[s.shown].word} · ${s.url.replace(/^http:\/\//,"")}`),l(n,"title",[s.url,s.reason].filter(Boolean).join(`
`));let c=`${s.isDefault} ${p} ${s.shared}`;c!==a&&(a=c,i.replaceChildren(...s.isDefault?[N()]:[],...p?[v(s.shared?"shared":"private")]:[]))}}}var k=class{#s;#h=d("div","switcher");#r=d("button","current");#f=w();#x=d("span","current-name");#c=d("span","current-status");#n=d("div","list-panel");#t=d("input");#e=d("div","options");#a=d("div","options-canvas");#m=d("div","no-option","No server matches.");#d=[];#i=[];#l=new Map;#o=null;constructor(t){this.#s=t;let r=t.parentElement;M(r,T,U),this.#r.type="button",this.#r.append(this.#f.node,this.#x,v("down"),this.#c),this.#r.setAttribute("aria-haspopup","listbox"),this.#r.popoverTargetElement=this.#n,this.#n.popover="auto",this.#t.type="search",this.#t.placeholder="Find a server",this.#t.setAttribute("role","combobox"),this.#t.setAttribute("aria-label","Find a server"),this.#t.setAttribute("aria-expanded","true"),this.#t.setAttribute("aria-controls","options"),this.#t.spellcheck=!1,this.#e.id="options",this.#e.setAttribute("role","listbox"),this.#e.setAttribute("aria-label","Servers"),this.#e.append(this.#a,this.#m),this.#n.append(d("label","find",v("search"),this.#t),this.#e),this.#h.append(this.#r,this.#n),r.append(this.#h),this.#n.addEventListener("toggle",o=>this.#b(o.newState)),this.#t.addEventListener("input",()=>this.#u()),this.#t.addEventListener("keydown",o=>this.#k(o)),this.#e.addEventListener("scroll",()=>this.#p(),{passive:!0}),this.#a.addEventListener("click",o=>{let i=o.target.closest("[data-id]");i instanceof HTMLElement&&i.dataset.id!==void 0&&this.#w(i.dataset.id)}),this.#a.addEventListener("pointermove",o=>{let i=o.target.closest("[data-id]")?.dataset.id;i===void 0||i===this.#o||(this.#o=i,this.#p())})}update(t){this.#s=t;let{servers:r,selected:o}=t.data;this.#d=r.map(n=>W(n)),y(t.parentElement);let i=this.#d.find(n=>n.id===o);this.#f.set(i?.shown??"unknown"),x(this.#x,i?.name??(r.length?"Choose a server":"No servers yet")),x(this.#c,i?m[i.shown].word:`${$(r.length)} to choose from`),l(this.#c,"data-status",i?.shown??null),g(this.#c,r.length>0),l(this.#r,"title",i?[i.url,i.reason].filter(Boolean).join(`
`):null),l(this.#r,"aria-label",i?`Server ${i.name}, ${m[i.shown].word}. Switch`:null),this.#r.disabled=r.length===0,this.#v&&this.#u(!0)}destroy(){this.#v&&this.#n.hidePopover(),this.#h.remove()}get#v(){return this.#n.matches(":popover-open")}#b(t){l(this.#r,"aria-expanded",String(t==="open")),t==="open"&&(this.#t.value="",this.#o=this.#s.data.selected,this.#u(!0),A(this.#n,this.#r,"start"),this.#g(),this.#t.focus())}#u(t=!1){this.#i=Z(this.#d,this.#t.value),(!t||!this.#i.some(r=>r.id===this.#o))&&(this.#o=this.#i[0]?.id??null),t||(this.#e.scrollTop=0),this.#a.style.height=`${this.#i.length*f}px`,g(this.#m,this.#i.length===0),this.#p()}#p(){let t=this.#d.some(a=>a.shared)&&this.#d.some(a=>!a.shared),r=Math.max(0,Math.floor(this.#e.scrollTop/f)-O),o=Math.ceil((this.#e.scrollTop+(this.#e.clientHeight||440))/f)+O,i=this.#i.slice(r,o),n=new Set(i.map(a=>a.id));for(let[a,{node:s}]of this.#l)n.has(a)||(s.remove(),this.#l.delete(a));this.#t.removeAttribute("aria-activedescendant"),i.forEach((a,s)=>{let p=this.#l.get(a.id)??I(a);this.#l.set(a.id,p),p.set(a,t);let{node:c}=p;c.id=`option-${r+s}`,c.style.setProperty("--top",`${(r+s)*f}px`),c.classList.toggle("is-at",a.id===this.#o),l(c,"aria-selected",String(a.id===this.#s.data.selected)),l(c,"aria-posinset",String(r+s+1)),l(c,"aria-setsize",String(this.#i.length)),a.id===this.#o&&this.#t.setAttribute("aria-activedescendant",c.id),this.#a.children[s]!==c&&this.#a.insertBefore(c,this.#a.children[s]??null)})}#g(){let t=this.#i.findIndex(n=>n.id===this.#o);if(t<0)return;let r=t*f,{scrollTop:o,clientHeight:i}=this.#e;r<o?this.#e.scrollTop=r:r+f>o+i-8&&(this.#e.scrollTop=r+f+8-i),this.#p()}#k(t){let r=this.#i.findIndex(n=>n.id===this.#o),o=this.#i.length-1,i={ArrowDown:r+1,ArrowUp:r-1,PageDown:r+8,PageUp:r-8}[t.key];i!==void 0?(t.preventDefault(),this.#o=this.#i[Math.min(Math.max(i,0),o)]?.id??null,this.#g()):t.key==="Enter"&&this.#o!==null?(t.preventDefault(),this.#w(this.#o)):t.key==="Escape"&&(t.preventDefault(),t.stopPropagation(),this.#n.hidePopover(),this.#r.focus())}#w(t){this.#n.hidePopover(),this.#r.focus(),t!==this.#s.data.selected&&E()&&this.#s.setTriggerValue("choice",t)}},b=new WeakMap;function K(e){let t=e.parentElement,r=b.get(t)??new k(e);return b.set(t,r),r.update(e),()=>{r.destroy(),b.delete(t)}}export{K as default,Z as found,W as unpack};
